// The lists beside Mine: what waits in our queues, all that is open there, what is on hold. The server is asked every few
// seconds while one of them is open, at once after something of ours has happened, and now and then for the counts alone.

import { signal } from "@preact/signals";
import { arrived } from "../listrow.js";

const OPEN_EVERY = 3;
const COUNTS_EVERY = 15;
const SECOND = 1_000;
const POKE_MS = 250;
const PAGE = 100;

export const SCOPES = ["mine", "queue", "all", "held"];

export class Lists {
  constructor(desk) {
    this.desk = desk;
    this.shown = signal("mine");
    this.counts = signal({ queue: 0, all: 0, held: 0 });
    this.rows = signal(null); // ConversationRow[] of the list that is shown; null until the first answer
    this.problem = signal(null); // why there is no answer: a sentence
    this.refusal = signal(null); // what was not done from here: a sentence, until it is dismissed or overtaken
    this.more = signal(false);
    this.kept = null;
    this.pages = 1;
    this.seconds = 0;
    this.asking = null;
    this.poked = null;
  }

  /** Begin to ask; once, for as long as the page is there. */
  start() {
    setInterval(() => this.#tick(), SECOND);
    document.addEventListener("visibilitychange", () => this.poke());
  }

  clear() {
    this.shown.value = "mine";
    this.rows.value = null;
    this.problem.value = null;
    this.refusal.value = null;
    this.more.value = false;
    this.kept = null;
    this.pages = 1;
    this.asking = null; // an answer on its way is for whoever was here
    this.counts.value = { queue: 0, all: 0, held: 0 };
  }

  show(scope) {
    if (this.shown.value === scope) return;
    this.shown.value = scope;
    this.rows.value = null;
    this.problem.value = null;
    this.refusal.value = null;
    this.pages = 1;
    this.asking = null; // an answer on its way is for another list
    void this.ask();
  }

  /** Something happened that these lists show: ask soon, once for all that happens now. */
  poke() {
    this.poked ??= setTimeout(() => {
      this.poked = null;
      void this.ask();
    }, POKE_MS);
  }

  /** The next page, when the end of the list is in sight. */
  further() {
    if (!this.more.value || this.asking) return;
    this.pages += 1;
    void this.ask();
  }

  /** The row of a conversation, wherever it is known. */
  row(id) {
    if (this.kept?.conversation_id === id) return this.kept;
    return this.rows.value?.find((row) => row.conversation_id === id) ?? null;
  }

  /** Remember a row that no list has: one that was found. */
  keep(row) {
    this.kept = row;
  }

  async ask() {
    if (this.desk.session.link.peek() !== "up" || this.asking || document.hidden) return;
    const token = (this.asking = {});
    const scope = this.shown.peek();
    try {
      const found = await this.#read(scope);
      if (this.asking !== token) return;
      if (scope !== "mine") this.rows.value = found.rows;
      this.more.value = found.more;
      this.problem.value = null;
    } catch (error) {
      if (this.asking === token && this.rows.peek() === null) this.problem.value = error.message;
    } finally {
      if (this.asking === token) this.asking = null;
    }
  }

  async #read(scope) {
    const rows = [];
    let cursor;
    for (let page = 0; page < this.pages; page += 1) {
      const limit = scope === "mine" ? 1 : PAGE;
      const answer = await this.desk.call("conversation.list", { scope: scope === "mine" ? "queue" : scope, limit, ...(cursor ? { cursor } : {}) });
      if (answer.counts) this.counts.value = answer.counts;
      rows.push(...answer.conversations.map((row) => arrived(row, this.desk.now())));
      cursor = answer.cursor;
      if (!cursor || scope === "mine") break;
    }
    return { rows, more: Boolean(cursor) && scope !== "mine" };
  }

  #tick() {
    this.seconds += 1;
    const every = this.shown.peek() === "mine" ? COUNTS_EVERY : OPEN_EVERY;
    if (this.seconds % every === 0) void this.ask();
  }
}
