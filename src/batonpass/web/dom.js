// Small helpers to build DOM without markup strings: text becomes text nodes, so no message is ever markup.

import { parse } from "./markdown.js";

/** Make an element. `props`: `class`, `on<Event>` listeners, properties of the element, else attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) set(node, key, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

function set(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "class") node.className = value;
  else if (key.startsWith("on")) node.addEventListener(key.slice(2).toLowerCase(), value);
  else if (key in node && key !== "role" && key !== "list") node[key] = value;
  else node.setAttribute(key, value === true ? "" : value);
}

/** The words of a message as nodes. `labels` false: links show their own address (see markdown.js). */
export function rich(text, options) {
  return parse(text, options).flatMap(node);
}

// "48-2019", "RL-77031": a reference that breaks at its hyphen is misread.
const REFERENCE = /((?<![\w-])(?=[\w-]{3,24}(?![\w-]))(?=[\w-]*\d)\w+(?:-\w+)+)/;

/** A text in pieces: every second one is a reference. Pure. */
export function references(text) {
  return text.split(REFERENCE);
}

function node(token) {
  switch (token.type) {
    case "break":
      return document.createElement("br");
    case "bold":
      return el("strong", {}, token.children.flatMap(node));
    case "italic":
      return el("em", {}, token.children.flatMap(node));
    case "code":
      return el("code", {}, token.text);
    case "link":
      return el("a", { href: token.href, target: "_blank", rel: "noopener noreferrer nofollow" }, token.text);
    default:
      return references(token.text).map((piece, index) => (index % 2 ? el("span", { class: "reference" }, piece) : document.createTextNode(piece)));
  }
}

/** A sentence with some names in it made bold. */
export function named(sentence, names) {
  return splitNames(sentence, names).map(({ text, bold }) => (bold ? el("b", {}, text) : text));
}

/** Split a sentence at the given names: `[{text, bold}]`. Pure. */
export function splitNames(sentence, names) {
  const wanted = [...new Set(names)].filter(Boolean).sort((a, b) => b.length - a.length);
  if (!wanted.length) return [{ text: sentence, bold: false }];
  const pattern = new RegExp(`(${wanted.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "g");
  return sentence
    .split(pattern)
    .filter((text) => text !== "")
    .map((text) => ({ text, bold: wanted.includes(text) }));
}
