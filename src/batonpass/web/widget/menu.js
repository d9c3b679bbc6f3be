// A small menu under a button, by the ARIA pattern: arrows move, Escape closes and gives the focus back.

import { el } from "../dom.js";
import { icon } from "../icons.js";

export class Menu {
  /** @param {{label: string, acts: () => [string, () => void][]}} parts  `acts` are asked for when it opens */
  constructor({ label, acts }) {
    this.acts = acts;
    this.button = el("button", { class: "plain", type: "button", "aria-label": label, title: label, "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
    this.button.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    this.list = el("div", { class: "menu", role: "menu", "aria-label": label, hidden: true });
    this.node = el("div", { class: "menu-place" }, this.button, this.list);
    this.node.addEventListener("keydown", (event) => this.#key(event));
    this.node.addEventListener("focusout", ({ relatedTarget }) => this.isOpen && !this.node.contains(relatedTarget) && this.#show(false));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  open() {
    const items = this.acts().map(([words, act]) => {
      const press = () => {
        this.close();
        act();
      };
      return el("button", { type: "button", role: "menuitem", tabIndex: -1, onClick: press }, words);
    });
    this.list.replaceChildren(...items);
    this.#show(true);
    items[0]?.focus();
  }

  close() {
    this.#show(false);
    this.button.focus();
  }

  #show(on) {
    this.list.hidden = !on;
    this.button.setAttribute("aria-expanded", String(on));
  }

  #key(event) {
    if (!this.isOpen) return;
    const items = [...this.list.children];
    const at = items.indexOf(this.node.getRootNode().activeElement);
    const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[to].focus();
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
