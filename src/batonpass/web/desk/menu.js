// A menu behind a button: arrows, Home and End move in it, Escape and a press elsewhere close it, and the focus goes back
// to the button.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, html } from "./ui.js";

/**
 * @param {object} parts
 * @param {string} parts.label  the button's name; `children` is what it shows
 * @param {Array<{text, act, icon?, hint?, checked?, why?}|null>} parts.items  null draws a line; with `checked` an item is
 *   a switch; with `why` it cannot be chosen, for that reason
 * @param {string} [parts.look]  class of the button
 */
export function Menu({ label, items, look = "plain", head = null, children }) {
  const [open, setOpen] = useState(false);
  const place = useRef(null);
  const button = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
    const away = ({ target }) => place.current?.contains(target) || setOpen(false);
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current.focus();
  };
  const key = (event) => {
    if (event.key === "Escape" && open) {
      event.stopPropagation();
      close();
    } else if (event.key === "ArrowDown" && !open) {
      event.preventDefault();
      setOpen(true);
    } else if (event.key === "Tab") {
      setOpen(false);
    }
  };
  const choose = (item) => {
    if (item.checked === undefined) close();
    item.act();
  };
  return html`<span class="menu-place" ref=${place} onKeyDown=${key}>
    <button type="button" class=${look} ref=${button} aria-haspopup="menu" aria-expanded=${open} title=${label} onClick=${() => setOpen(!open)}>${children}<span class="unseen">${label}</span></button>
    ${open && html`<${Items} label=${label} items=${items} head=${head} choose=${choose} />`}
  </span>`;
}

function Items({ label, items, head, choose }) {
  const list = useRef(null);
  const buttons = () => [...list.current.querySelectorAll("button")];
  useLayoutEffect(() => buttons()[0]?.focus(), []);
  const key = (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to].focus();
  };
  return html`<div class="menu">
    ${head && html`<div class="menu-head">${head}</div>`}
    <div role="menu" aria-label=${label} ref=${list} onKeyDown=${key}>${items.map((item, index) => (item ? html`<${Item} key=${item.text} item=${item} choose=${choose} />` : html`<hr key=${index} />`))}</div>
  </div>`;
}

function Item({ item, choose }) {
  const { text, icon, hint, checked, why } = item;
  const sort = checked === undefined ? { role: "menuitem" } : { role: "menuitemcheckbox", "aria-checked": checked };
  return html`<button type="button" ...${sort} tabindex="-1" aria-disabled=${Boolean(why)} onClick=${() => !why && choose(item)}>
    <span class="menu-icon">${checked !== undefined ? checked && html`<${Icon} name="accept" />` : icon && html`<${Icon} name=${icon} />`}</span>
    <span class="menu-text">${text}${(why ?? hint) && html`<span class="quiet">${why ?? hint}</span>`}</span>
  </button>`;
}
