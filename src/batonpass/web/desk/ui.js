// What the desk's components share: the templates' tag, icons, the baton, names, a clock.

import { signal } from "@preact/signals";
import htm from "htm";
import { h } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import "../baton.js";
import { initials } from "../format.js";
import { paths } from "../icons.js";
import { parse } from "../markdown.js";
import "./icons.js";

export const html = htm.bind(h);

/** The time, in ms of this machine; what shows a countdown reads it. */
export const clock = signal(Date.now());
setInterval(() => (clock.value = Date.now()), 500);

export function Icon({ name, size = 16 }) {
  return html`<svg class="icon" viewBox="0 0 16 16" width=${size} height=${size} aria-hidden="true">
    ${paths(name).map((d) => html`<path d=${d} />`)}
  </svg>`;
}

/** The baton element; `model` of batonModel. */
export function Baton({ model, size = "bar" }) {
  const ref = useRef(null);
  useLayoutEffect(() => {
    ref.current.size = size;
    ref.current.model = model;
  });
  return html`<batonpass-baton ref=${ref}></batonpass-baton>`;
}

export function Avatar({ kind, name, solid = false, dashed = false }) {
  const bot = kind === "bot";
  const shape = `avatar is-${bot ? "bot" : "person"}${solid ? " is-solid" : ""}${dashed ? " is-dashed" : ""}`;
  return html`<span class=${shape} aria-hidden="true">${bot ? html`<${Icon} name="bot" size=${12} />` : initials(name)}</span>`;
}

/** The words of a message; a customer's links show their own address. */
export function Rich({ text, labels = true }) {
  return parse(text, { labels }).map(rich);
}

function rich(token) {
  switch (token.type) {
    case "break":
      return html`<br />`;
    case "bold":
      return html`<strong>${token.children.map(rich)}</strong>`;
    case "italic":
      return html`<em>${token.children.map(rich)}</em>`;
    case "code":
      return html`<code>${token.text}</code>`;
    case "link":
      return html`<a href=${token.href} target="_blank" rel="noopener noreferrer nofollow">${token.text}</a>`;
    default:
      return unbroken(token.text);
  }
}

/** References such as 48-2019 stay on one line; what is too long for one may break. */
function unbroken(text) {
  const pieces = text.split(/((?<![\w-])(?=[\w-]*\d)\w+(?:-\w+)+(?![\w-]))/);
  return pieces.length === 1 ? text : pieces.map((piece, index) => (index % 2 && piece.length <= 24 ? html`<span class="reference">${piece}</span>` : piece));
}

/** A sentence in pieces `[{text, bold}]`. */
export function Pieces({ of }) {
  return of.map(({ text, bold }) => (bold ? html`<b>${text}</b>` : text));
}

export function Content({ content, customer }) {
  switch (content.type) {
    case "choices":
      return html`<${Rich} text=${content.text} labels=${!customer} />
        <span class="choices">${content.choices.map(({ label }) => html`<span class="tag">${label}</span>`)}</span>`;
    case "card":
      return html`<b>${content.title}</b><br /><${Rich} text=${content.text} labels=${!customer} />`;
    case "attachment":
      return `File: ${content.name}, ${Math.ceil(content.size / 1024)} kB`;
    default:
      return html`<${Rich} text=${content.text} labels=${!customer} />`;
  }
}

/** A button with its key beside the words. */
export function Key({ children }) {
  return html`<kbd>${children}</kbd>`;
}
