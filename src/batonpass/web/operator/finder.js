// Find a queue, an agent, a live chat or a section: `/` goes there, arrows choose, Enter opens.

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, html } from "../desk/ui.js";
import { found } from "./found.js";

export function Finder({ operator }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const field = useRef(null);
  useEffect(() => {
    const press = (event) => {
      const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current.focus();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  const hits = text.trim() ? found(text, operator) : [];
  const open = (hit) => {
    location.hash = hit.to;
    setText("");
    field.current.blur();
  };
  const key = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      setText("");
      field.current.blur();
    } else if (event.key === "Enter" && hits[at]) {
      open(hits[at]);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && hits.length) {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length);
    }
  };
  const write = (event) => {
    setText(event.target.value);
    setAt(0);
  };
  return html`<div class="finder" role="search">
    <${Icon} name="search" size=${14} />
    <input ref=${field} type="search" role="combobox" aria-label="Find queues, agents, chats" aria-expanded=${hits.length > 0} aria-controls="found" aria-activedescendant=${hits.length ? `found-${at}` : undefined} aria-autocomplete="list" autocomplete="off"
      placeholder="Find queues, agents, chats" value=${text} onInput=${write} onKeyDown=${key} onBlur=${() => setTimeout(() => setText(""), 150)} />
    <kbd aria-hidden="true">/</kbd>
    ${text.trim() !== "" && html`<ul id="found" class="found" role="listbox" aria-label="Found">${hits.map((hit, index) => html`<li key=${hit.to} id=${`found-${index}`} role="option" aria-selected=${index === at} onPointerDown=${(event) => (event.preventDefault(), open(hit))}><b dir="auto">${hit.name}</b><span class="quiet">${hit.about}</span></li>`)}
      ${!hits.length && html`<li class="quiet" role="option" aria-disabled="true" aria-selected="false">Nothing is called like that. Closed chats stand under Chats.</li>`}</ul>`}
  </div>`;
}
