// The messages. A row is made once and stays; what is not stored yet is drawn anew below them.

import { el, named, rich } from "../dom.js";
import { initials } from "../format.js";
import { icon } from "../icons.js";
import { contentNode } from "./content.js";
import { link } from "./care.js";

export class Log {
  /**
   * @param {import("./chat.js").Chat} chat
   * @param {{words: object, files: object, choose: (text: string) => void, below: Element[]}} parts  `below` stands under
   *   the messages: cards that belong to this moment
   */
  constructor(chat, { words, files, choose, below }) {
    Object.assign(this, { chat, words, files, choose });
    this.rows = el("div", { class: "rows", role: "log", "aria-label": words.say("log") });
    this.outgoing = el("div", { class: "rows" });
    this.typing = el("div", { class: "row theirs typing", hidden: true });
    const [place, care] = below;
    this.scroller = el("div", { class: "log", tabIndex: 0, role: "group", "aria-label": words.say("log"), onScroll: () => this.#scrolled() });
    this.scroller.append(this.rows, place, this.outgoing, care, this.typing);
    this.jump = el("button", { class: "jump", type: "button", hidden: true, onClick: () => this.toEnd(true) }, icon("down"), words.say("new_messages"));
    this.node = el("div", { class: "middle" }, this.scroller, this.jump);
    const watch = new ResizeObserver(() => this.toEnd(false));
    for (const node of [this.scroller, this.rows, ...below]) watch.observe(node); // a keyboard came up, a picture came, a card grew
    this.reset();
  }

  reset() {
    this.rows.replaceChildren();
    this.author = null; // of the last row: "" is the customer
    this.choices = null;
    this.day = "";
    this.voices = new Set(); // people who have spoken: with more than one, names stand above what they say
    this.mine = []; // {number, row}: the customer's, for the line that says they were read
    this.atEnd = true;
    this.newLine = null;
    this.rows.setAttribute("aria-live", "off"); // what was said before is not read out
  }

  /** One more entry. `seen`: the customer looks at it. */
  entry(event, { seen }) {
    if (event.live) this.rows.setAttribute("aria-live", "polite");
    this.#endChoices(); // buttons answer the last message only, and whoever asked may have left
    const isMessage = event.event === "message.created";
    if (isMessage && event.live && !seen && event.actor.type !== "customer") this.#markNew();
    const day = this.#newDay(event);
    if (isMessage) {
      if (day) this.#line(day, []);
      this.#message(event);
    } else {
      this.#notice(event, day);
    }
    if (!this.atEnd && event.live) this.jump.hidden = false;
  }

  /** What changes with the state: not sent yet, read, who writes. */
  draw() {
    this.#drawOutgoing();
    this.#drawRead();
    this.#drawTyping();
  }

  /** The customer has read to the end. */
  seen() {
    this.newLine?.classList.add("is-old"); // it stays for this look, and goes with the next new one
  }

  toEnd(always) {
    if (!always && !this.atEnd) return;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.atEnd = true;
    this.jump.hidden = true;
  }

  #scrolled() {
    this.atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 48;
    if (this.atEnd) this.jump.hidden = true;
    if (this.atEnd) this.chat.changed("looked");
  }

  #newDay({ at }) {
    const day = new Date(at).toDateString();
    if (day === this.day) return "";
    this.day = day;
    return `${this.words.day(at)} ${this.words.time(at)}`;
  }

  #markNew() {
    if (this.newLine && !this.newLine.classList.contains("is-old")) return;
    this.newLine?.remove();
    this.newLine = el("p", { class: "new-line" }, el("span", {}, this.words.say("unread_line")));
    this.rows.append(this.newLine);
    this.author = null;
  }

  #message(event) {
    const mine = event.actor.type === "customer";
    const author = mine ? "" : event.actor.name;
    const kind = event.actor.type === "person" ? "person" : "bot";
    const goesOn = this.author === author && !mine;
    if (kind === "person" && !mine) this.voices.add(author);
    const row = el("div", { class: `row ${mine ? "mine" : `theirs by-${kind}`}${goesOn ? " more" : ""}` });
    if (!mine) row.append(avatar({ kind, name: author }));
    row.append(el("div", { class: "stack" }, this.#name(author, { goesOn, kind, mine }), this.#bubble(event, mine, author)));
    this.rows.append(row);
    this.author = author;
    if (mine) this.mine.push({ number: event.public_seq, row });
    this.#buttons(event);
  }

  #name(author, { goesOn, kind, mine }) {
    const shown = !mine && !goesOn && kind === "person" && this.voices.size > 1;
    return shown ? el("span", { class: "by", dir: "auto", "aria-hidden": "true" }, author) : null;
  }

  #bubble(event, mine, author) {
    const { words, files } = this;
    const { content } = event.data;
    const said = el("span", { class: "unseen" }, `${mine ? words.say("you") : words.say("says", { name: author })} `);
    const kind = content.type === "card" ? " is-card" : content.type === "attachment" ? " is-file" : "";
    return el("div", { class: `bubble${kind}`, dir: "auto", title: words.time(event.at) }, said, contentNode(content, { mine, words, files }));
  }

  #buttons(event) {
    const choices = event.data.content.choices ?? [];
    if (!choices.length || event.actor.type === "customer") return;
    const press = (value) => {
      this.#endChoices();
      this.choose(value);
    };
    const buttons = choices.map(({ label, value }) => el("button", { type: "button", class: "choice", dir: "auto", onClick: () => press(value) }, label));
    this.choices = el("div", { class: "choices", role: "group" }, buttons);
    this.rows.append(this.choices);
  }

  #endChoices() {
    this.choices?.remove();
    this.choices = null;
  }

  #notice(event, day) {
    const { notice, agent } = event.data;
    const bot = !notice && event.event === "conversation.agent_added" && agent.kind === "bot" && !this.rows.childElementCount;
    const said = notice?.text && !notice.muted ? notice.text : bot ? this.words.say("with_bot") : "";
    if (!said && !day) return;
    if (!said) this.day = ""; // the day stands before the first line that is seen
    else this.#line(day ? `${day}. ${said}` : said, [...Object.values(notice?.params ?? {}), agent?.name]);
  }

  #line(sentence, names) {
    this.author = null;
    this.rows.append(el("p", { class: "notice", dir: "auto" }, el("span", {}, named(sentence, names))));
  }

  // --------------------------------------------------------------------------------- not stored yet, read

  #drawOutgoing() {
    const { chat, words } = this;
    const up = chat.link === "up";
    const waits = chat.outbox.pending.filter((item) => item.kind === "message");
    const rows = [
      ...chat.failed.map((item) => this.#unsent(item.content, this.#failure(item))),
      ...waits.map(({ content }) => this.#unsent(content, state([up ? null : icon("clock", 14), words.say(up ? "sending" : "not_sent_yet")]))),
      ...this.files.items.map((item) => this.#upload(item)),
    ];
    this.outgoing.replaceChildren(...rows);
    if (waits.length) this.#endChoices();
  }

  #failure({ client_id: id, message }) {
    const { chat, words } = this;
    const acts = [link(words.say("retry"), () => chat.retry(id)), link(words.say("discard"), () => chat.forget(id))];
    return state([icon("alert", 14), `${words.say("not_sent")} ${message}`], { acts, failed: true });
  }

  #unsent(content, below) {
    const { words } = this;
    const text = content.type === "text" ? rich(content.text, { labels: false }) : contentNode(content, { mine: true, words, files: null });
    return el("div", { class: "row mine unsent" }, el("div", { class: "stack" }, el("div", { class: "bubble", dir: "auto" }, text), below));
  }

  #upload(item) {
    const { files, words } = this;
    const bar = el("span", { class: "progress" });
    bar.style.setProperty("--done", `${item.percent}%`);
    const name = el("span", { class: "file" }, icon("file", 20), el("bdi", { class: "file-name" }, item.name));
    const drop = (key) => link(words.say(key), () => files.drop(item));
    const again = item.retry ? link(words.say("retry"), () => files.retry(item)) : null;
    const below = item.error
      ? state([icon("alert", 14), item.error], { acts: [again, drop("discard")], failed: true })
      : state([words.say("uploading", { percent: item.percent })], { acts: [drop("cancel")] });
    const bubble = el("div", { class: "bubble is-file" }, name, item.error ? null : bar);
    return el("div", { class: "row mine unsent" }, el("div", { class: "stack" }, bubble, below));
  }

  /** One line under the last of the customer's own: kept for whoever comes, or read. */
  #drawRead() {
    const { chat, words } = this;
    const read = this.mine.findLast(({ number }) => number <= chat.reading.theirs);
    const last = this.mine.at(-1);
    const at = chat.reading.theirsAt;
    const kept = chat.waiting && chat.seeksPerson && last && last.number > chat.waitsSince;
    const [where, text] = kept ? [last, words.say("kept_for_person")] : read && read === last ? [read, at ? words.say("read_at", { time: words.time(at) }) : words.say("read")] : [null, ""];
    if (this.state?.parentElement && (this.state.parentElement !== where?.row.lastElementChild || this.state.textContent !== text)) this.state.remove();
    if (!where || this.state?.isConnected) return;
    this.state = el("span", { class: "state" }, text);
    where.row.lastElementChild.append(this.state);
  }

  #drawTyping() {
    const who = this.chat.typist;
    this.typing.hidden = !who;
    const name = who?.name || this.words.say("somebody");
    if (!who || this.typing.dataset.who === name) return;
    this.typing.dataset.who = name;
    const dots = el("span", { class: "bubble dots", role: "img", "aria-label": this.words.say("typing", { name }) }, el("i"), el("i"), el("i"));
    this.typing.replaceChildren(avatar({ kind: who.kind === "bot" ? "bot" : "person", name }), dots);
  }
}

/** The line under something that is not stored. */
function state(said, { acts = [], failed = false } = {}) {
  return el("span", { class: failed ? "state failed" : "state", role: failed ? "alert" : null }, el("span", {}, said), acts);
}

function avatar({ kind, name }) {
  return el("span", { class: `avatar is-${kind}`, "aria-hidden": "true" }, kind === "bot" ? icon("bot", 14) : initials(name));
}
