// The search in the bar: a combobox whose list stands under it. On a phone it is a page.

import { useEffect, useRef, useState } from "preact/hooks";
import { batonModel } from "../baton.js";
import { dayOrTime } from "../format.js";
import { rowView } from "./listrow.js";
import { Baton, Icon, html } from "./ui.js";
import { SEARCH as W } from "./words/search.js";
import { customerName } from "./words/shared.js";

export function Search({ desk }) {
  const { search } = desk;
  const place = useRef(null);
  const field = useRef(null);
  const [at, setAt] = useState(0);
  const rows = search.rows.value ?? [];
  const open = search.open.value;
  useEffect(() => {
    if (!open) return undefined;
    field.current?.focus();
    const away = ({ target }) => place.current?.contains(target) || search.hide();
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  useEffect(() => setAt(0), [search.rows.value]);
  const choose = (row) => {
    search.hide();
    desk.find(row);
  };
  const key = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (search.text.value) search.type("");
      else close();
      return;
    }
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined && rows.length) {
      event.preventDefault();
      setAt((to + rows.length) % rows.length);
    } else if (event.key === "Enter" && open && rows[at]) {
      event.preventDefault();
      choose(rows[at]);
    } else if (event.key === "Tab") {
      search.hide();
    }
  };
  const close = () => {
    search.hide();
    field.current.blur();
  };
  return html`<div class=${`finder${open ? " is-open" : ""}`} role="search" ref=${place}>
    <button class="plain only-phone" aria-label=${W.open} onClick=${() => search.show()}><${Icon} name="search" size=${20} /></button>
    <div class="finder-field">
      <button class="plain only-phone" aria-label=${W.close} onClick=${close}><${Icon} name="left" /></button>
      <${Icon} name="search" />
      <input id="search" ref=${field} type="text" role="combobox" aria-expanded=${open} aria-controls="found" aria-autocomplete="list" aria-activedescendant=${open && rows.length ? `found-${at}` : undefined} aria-label=${W.label} placeholder=${W.label} autocomplete="off" spellcheck=${false} maxlength="200" dir="auto"
        value=${search.text.value} onInput=${(event) => search.type(event.target.value)} onFocus=${() => search.show()} onKeyDown=${key} />
      <kbd aria-hidden="true">${desk.keyboard.spelled("search")}</kbd>
    </div>
    ${open && html`<${Found} desk=${desk} rows=${rows} at=${at} choose=${choose} />`}
  </div>`;
}

function Found({ desk, rows, at, choose }) {
  const { search } = desk;
  const { words } = search;
  const heading = search.problem.value ? W.failed : words ? (rows.length ? W.found(rows.length, search.more.value) : W.nothing(words)) : rows.length ? W.recent : W.noRecent;
  return html`<div class="found">
    <p class="found-head" role="status">${search.rows.value === null && !search.problem.value ? W.looking : heading}</p>
    ${search.problem.value && html`<p class="found-head">${search.problem.value}</p>`}
    <ul id="found" role="listbox" aria-label=${W.results}>
      ${rows.map((row, index) => html`<${Hit} key=${row.conversation_id} desk=${desk} row=${row} id=${`found-${index}`} chosen=${index === at} words=${words} choose=${choose} />`)}
    </ul>
    ${words && !rows.length && search.rows.value && html`<p class="found-why">${W.where}</p>`}
  </div>`;
}

function Hit({ desk, row, id, chosen, words, choose }) {
  const ref = useRef(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const view = rowView({ row }, { now: desk.now(), local: Date.now(), me: desk.me });
  const model = batonModel(view.baton, { now: desk.now(), me: desk.me, size: "mini" });
  const { hit } = row;
  return html`<li id=${id} ref=${ref} role="option" aria-selected=${chosen} class="hit" onClick=${() => choose(row)}>
    <span class="row-top"><b class="row-name" dir="auto">${customerName(row.customer, row.conversation_id)}</b> <span class="row-queue">${row.queue}</span><span class="grow"></span><time class="quiet">${dayOrTime(row.last?.at ?? row.started_at, desk.now())}</time></span>
    ${hit && hit.where !== "customer" && html`<span class="hit-text" dir="auto"><span class="quiet">${W.hits[hit.where]} </span>${marked(hit.text, words)}</span>`}
    ${(!hit || hit.where === "customer") && view.last && html`<span class="hit-text" dir="auto">${view.last.who}${view.last.text}</span>`}
    <span class="row-holder"><${Baton} size="mini" model=${model} /> <span class="row-words">${view.words}</span></span>
  </li>`;
}

/** The words that were looked for, marked where they stand. */
function marked(text, words) {
  const wanted = words.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!wanted.length) return text;
  return text.split(new RegExp(`(${wanted.join("|")})`, "giu")).map((piece, index) => (index % 2 ? html`<mark>${piece}</mark>` : piece));
}
