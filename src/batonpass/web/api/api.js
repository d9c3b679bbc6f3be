// Draws the API page from the OpenAPI document. Everything becomes text nodes: nothing in the document is markup.

import { el } from "../dom.js";
import { fieldsOf, matches, operationsOf, typeOf } from "./shapes.js";

const main = document.querySelector("#api");
const rooms = document.querySelector("#rooms");
const find = document.querySelector("#find");

const anchor = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");

function fields(schema, document_) {
  const found = fieldsOf(schema, document_);
  if (!found.length) return null;
  return el("table", {}, el("tbody", {}, found.map(({ name, type, required, about }) =>
    el("tr", {}, el("td", {}, name + (required ? "" : "?")), el("td", {}, type, about ? el("div", { class: "quiet" }, about) : null)))));
}

function part(title, ...children) {
  const inside = children.filter(Boolean);
  return inside.length ? [el("h3", {}, title), ...inside] : [];
}

function body(operation, document_) {
  const content = Object.entries(operation.requestBody?.content ?? {})[0];
  if (!content) return [];
  const [kind, { schema }] = content;
  return part(`Body, ${kind}`, fields(schema, document_) ?? el("p", { class: "quiet" }, "The bytes of the file."));
}

function answer(operation, document_) {
  const [status, good] = Object.entries(operation.responses).find(([code]) => /^2/.test(code)) ?? [];
  if (!status) return [];
  const [kind, content] = Object.entries(good.content ?? {})[0] ?? [];
  const title = kind ? `Answer ${status}, ${kind}` : `Answer ${status}, empty`;
  return part(title, content ? fields(content.schema, document_) ?? el("p", {}, typeOf(content.schema)) : el("p", { class: "quiet" }, "Nothing."));
}

function parameters(operation) {
  const rows = operation.parameters.map((one) =>
    el("tr", {}, el("td", {}, one.name + (one.required ? "" : "?")), el("td", {}, `${typeOf(one.schema)}, in ${one.in === "path" ? "the path" : `the ${one.in}`}`)));
  return rows.length ? part("Parameters", el("table", {}, el("tbody", {}, rows))) : [];
}

function card({ method, path, operation }, document_) {
  const about = operation.description ? el("p", {}, operation.description) : null;
  const inside = el("div", { class: "inside" });
  const details = el("details", { id: operation.operationId },
    el("summary", {}, el("b", {}, method.toUpperCase()), el("code", {}, path), el("span", {}, operation.summary)), inside);
  details.addEventListener("toggle", () => {
    if (inside.childNodes.length) return;
    inside.append(
      el("p", { class: "quiet" }, `For: ${operation["x-roles"].join(", ")}. Action ${operation["x-action"]}.`),
      ...[about, ...parameters(operation), ...body(operation, document_), ...answer(operation, document_)].filter(Boolean));
  });
  return details;
}

function draw(document_) {
  const wanted = operationsOf(document_).filter((one) => matches(one, find.value));
  const names = document_.tags.map((tag) => tag.name).filter((name) => wanted.some((one) => one.operation.tags[0] === name));
  rooms.replaceChildren(...names.map((name) => el("a", { href: `#${anchor(name)}` }, name)));
  const cards = names.flatMap((name) => [
    el("h2", { id: anchor(name) }, name),
    ...wanted.filter((one) => one.operation.tags[0] === name).map((one) => card(one, document_)),
  ]);
  main.replaceChildren(find.value ? "" : el("p", {}, document_.info.description), ...(cards.length ? cards : [el("p", {}, "Nothing has these words.")]));
}

try {
  const response = await fetch("/api/v1/openapi.json");
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const document_ = await response.json();
  draw(document_);
  find.addEventListener("input", () => draw(document_));
} catch (error) {
  main.replaceChildren(el("p", { role: "alert" }, `The document cannot be read: ${error.message}. Reload to try again.`));
}
