// The baton: one bar of parts in time order, each overlapping the one before like a closing hand. Square and striped
// is a bot, round and plain a person, dashed nobody. Exactly one part is bold: the holder, or nobody.
//
// `batonModel` is pure: it turns stints and the pending hand-off into parts with words. `<batonpass-baton>` draws a
// model in the light DOM, so it works in a page and in a shadow root alike; `baton.css` gives it its shape.

import { countdown, duration, shortName, spoken } from "./format.js";
import { icon } from "./icons.js";

const SHAPES = { bot: "bot", representative: "person", nobody: "nobody", held: "held" };
const GLYPHS = { bot: "bot", person: "person", nobody: "clock", held: "pause" };
const FOLD_FROM = { mini: 4, bar: 5, full: 4 };

/**
 * Return the parts to draw and the accessible name.
 *
 * @param {object} story
 * @param {Array<{kind, name, agent_id?, started_at, ended_at?}>} story.parts  stints and waits in time order
 * @param {{kind?: string, name: string, agent_id?: string, started_at?: string, deadline_at?: string}} [story.pending]  the pending
 *   hand-off's receiver (or the kind it seeks); with a deadline its part fills with the time left
 * @param {boolean} [story.closed]
 * @param {{now: number, me?: string, size?: "mini"|"bar"|"full", limit?: number, place?: number}} view  `now` in ms,
 *   `me` the reader's agent id, `limit` the most parts to draw, `place` the place in the queue while nobody holds it
 */
export function batonModel({ parts, pending = null, closed = false }, view) {
  const shown = parts.filter((part, index) => !momentary(part) || index === parts.length - 1);
  const drawn = shown.map((part, index) => stintPart(part, index === shown.length - 1 && !closed, view));
  const kept = fold(drawn, view.limit ?? FOLD_FROM[view.size ?? "bar"]);
  if (pending && !closed) kept.push(pendingPart(pending, view));
  return { parts: kept, closed, label: spokenName(drawn, pending, closed, view) };
}

/** A wait that nobody could notice: the matcher found somebody at once. */
function momentary({ kind, started_at: from, ended_at: to }) {
  return kind === "nobody" && Boolean(to) && Date.parse(to) - Date.parse(from) < 1000;
}

function stintPart(part, last, { now, me, place }) {
  const shape = SHAPES[part.kind] ?? "nobody";
  const mine = Boolean(me && part.agent_id === me);
  const held = Math.max(0, (part.ended_at ? Date.parse(part.ended_at) : now) - Date.parse(part.started_at));
  const bold = last;
  // Another person's hold on the desk is an outline, so that solid clay stays the reader's own (principle 4).
  const other = bold && shape === "person" && Boolean(me) && !mine;
  const name = shape === "nobody" ? (bold && place ? `Place ${place}` : "") : mine ? "You" : shortName(part.name);
  const fullName = mine ? "you" : part.name;
  return { shape, state: bold ? (other ? "other" : "bold") : "past", bold, glyph: GLYPHS[shape], name, fullName, held, time: duration(held) };
}

function pendingPart({ kind = "representative", name, agent_id: agentId, started_at: from, deadline_at: until }, { now, me }) {
  const shape = SHAPES[kind] ?? "person";
  const left = until ? Math.max(0, Date.parse(until) - now) : null;
  const whole = until && from ? Math.max(1, Date.parse(until) - Date.parse(from)) : null;
  const fill = left !== null && whole ? Math.min(1, left / whole) : 0;
  const shown = me && agentId === me ? "You" : shortName(name);
  return { shape, state: "pending", bold: false, glyph: GLYPHS[shape], name: shown, fullName: name, held: 0, time: left === null ? "" : countdown(left), fill };
}

/** Older parts make room: "3 more" stands for them. */
function fold(parts, limit) {
  if (parts.length <= limit) return [...parts];
  const gone = parts.length - (limit - 1);
  const more = { shape: "more", state: "past", bold: false, glyph: null, name: `${gone} more`, fullName: "", held: 0, time: "" };
  return [more, ...parts.slice(gone)];
}

function spokenName(parts, pending, closed, { place }) {
  const told = parts.map((part) => {
    if (part.shape === "nobody") return part.bold && place ? `waiting at place ${place} for ${spoken(part.held)}` : `waited ${spoken(part.held)}`;
    return `${part.fullName}${part.bold ? " for" : ""} ${spoken(part.held)}`;
  });
  const tail = closed ? "; closed" : pending ? `; offered to ${pending.name}` : "";
  const words = (told.join(", ") || "nobody yet") + tail;
  return words[0].toUpperCase() + words.slice(1) + ".";
}

const Base = globalThis.HTMLElement ?? class {}; // Node.js, in the unit tests, has no DOM

/**
 * `<batonpass-baton>`: set `size` and then `model` (of `batonModel`). `label` and `trailing` are the words of the
 * full size: the bold part's own name and what stands at its end ("bot", "person", "place 3").
 */
export class BatonElement extends Base {
  #drawn = "";
  #bold = -1;
  #model = null;
  size = "bar";
  label = "";
  trailing = "";

  get model() {
    return this.#model;
  }

  set model(model) {
    this.#model = model;
    this.draw();
  }

  connectedCallback() {
    this.setAttribute("role", "img");
    this.draw();
  }

  draw() {
    if (!this.#model || !this.isConnected) return;
    this.setAttribute("aria-label", this.#model.label);
    const parts = this.#model.parts;
    const shape = JSON.stringify([this.size, this.label, this.trailing, this.#model.closed, parts.map(({ shape, state, name }) => [shape, state, name])]);
    if (shape !== this.#drawn) {
      const bold = parts.findIndex((part) => part.bold);
      this.className = `baton baton-${this.size}${this.#drawn && bold !== this.#bold ? " is-passing" : ""}`;
      this.#drawn = shape;
      this.#bold = bold;
      this.replaceChildren(...this.#nodes());
    }
    this.#tick();
  }

  #nodes() {
    const nodes = [];
    for (const part of this.#model.parts) {
      if (part.state === "pending" && this.size !== "mini") nodes.push(box("baton-arrow", icon("arrow", 14)));
      nodes.push(this.#part(part));
    }
    if (this.#model.closed) nodes.push(box("baton-end"));
    return nodes;
  }

  #part(part) {
    const node = box(`baton-part is-${part.shape} is-${part.state}`);
    if (part.shape === "bot") node.append(box("baton-stripes"));
    if (this.size === "mini") return node;
    if (part.state === "pending") node.append(box("baton-fill"));
    if (part.glyph) node.append(box("baton-glyph", icon(part.glyph, 14)));
    const wide = this.size === "full" && part.bold;
    if (wide) node.append(box("baton-name", this.label || part.name), box("baton-trailing", this.trailing));
    else node.append(box("baton-name", part.name), box("baton-time", part.time));
    return node;
  }

  /** What changes with the clock is written in place, so that nothing moves and no motion starts again. */
  #tick() {
    const nodes = this.querySelectorAll(".baton-part");
    this.#model.parts.forEach((part, index) => {
      const time = nodes[index].querySelector(".baton-time");
      if (time && time.textContent !== part.time) time.textContent = part.time;
      const fill = nodes[index].querySelector(".baton-fill");
      // Through the style object: a `style` attribute would break the content security policy.
      if (fill) fill.style.setProperty("inline-size", `${Math.round(part.fill * 100)}%`);
    });
  }
}

function box(className, content = null) {
  const node = document.createElement("span");
  node.className = className;
  if (content !== null && content !== "") node.append(content);
  return node;
}

if (globalThis.customElements && !customElements.get("batonpass-baton")) customElements.define("batonpass-baton", BatonElement);
