// The search: what is asked for, and what was found. Without words it shows the chats one was in last.

import { signal } from "@preact/signals";
import { arrived } from "../listrow.js";

const WAIT_MS = 250;
const LEAST = 2;
const RECENT = 8;
const FOUND = 30;

export class Search {
  constructor(desk) {
    this.desk = desk;
    this.text = signal("");
    this.open = signal(false);
    this.rows = signal(null); // ConversationRow[] with `hit`; null until there is an answer
    this.more = signal(false);
    this.problem = signal(null);
    this.timer = null;
    this.asked = 0;
  }

  /** The words that the answer is for; "" while it shows what is recent. */
  get words() {
    const text = this.text.value.trim();
    return text.length >= LEAST ? text : "";
  }

  show() {
    if (this.open.value) return;
    this.open.value = true;
    this.#soon(0);
  }

  hide() {
    this.open.value = false;
  }

  clear() {
    this.text.value = "";
    this.rows.value = null;
    this.hide();
  }

  type(text) {
    this.text.value = text;
    this.open.value = true;
    this.#soon(WAIT_MS);
  }

  #soon(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask() {
    const turn = (this.asked += 1);
    const { words } = this;
    try {
      const found = words
        ? await this.desk.call("conversation.search", { text: words.slice(0, 500), limit: FOUND })
        : await this.desk.call("conversation.list", { scope: "recent", limit: RECENT });
      if (turn !== this.asked) return; // an answer to what was asked before
      this.rows.value = found.conversations.map((row) => arrived(row, this.desk.now()));
      this.more.value = Boolean(found.more);
      this.problem.value = null;
    } catch (error) {
      if (turn === this.asked) this.problem.value = error.message;
    }
  }
}
