// The widget's screen: a launcher and a panel, drawn into a shadow root. Rows of the log are made once and stay;
// everything else is written anew when the chat says that something changed.

import { batonModel } from "../baton.js";
import { el, named, rich } from "../dom.js";
import { hourMinute, initials, waitRange } from "../format.js";
import { icon } from "../icons.js";
import { CUSTOMER as W } from "../words.js";
import { Care } from "./care.js";

const SPOKEN_PLACE_EVERY_MS = 15_000;

export class View {
  /**
   * @param {ShadowRoot} root
   * @param {import("./chat.js").Chat} chat
   * @param {{name: string, opened: () => void}} options
   */
  constructor(root, chat, { name, opened }) {
    Object.assign(this, { root, chat, name, opened });
    this.isOpen = false;
    this.unread = 0;
    this.confirming = false;
    this.placeSpokenAt = 0;
    this.#build();
    this.reset();
  }

  /** Something changed in the chat: see `Chat.changed`. */
  changed(what, event) {
    if (what === "reset") return this.reset();
    if (what === "entry") this.#entry(event);
    if (what === "entry" || what === "outbox") this.#outgoing();
    this.draw();
  }

  reset() {
    this.rows.replaceChildren();
    this.lastAuthor = null;
    this.choices = null;
    this.unread = 0;
    this.#outgoing();
    this.draw();
  }

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.unread = 0;
    this.opened();
    this.draw();
    this.#toEnd(true);
    this.input.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.draw();
    this.launcher.focus();
  }

  // ------------------------------------------------------------------------------------------ building

  #build() {
    this.launcher = el("button", { class: "launcher", type: "button", onClick: () => (this.isOpen ? this.close() : this.open()) });
    this.baton = document.createElement("batonpass-baton");
    this.baton.size = "full";
    this.please = el("button", { class: "please", type: "button", onClick: () => this.chat.askForPerson() }, icon("person"), W.talkToPerson);
    const minimise = el("button", { class: "plain", type: "button", "aria-label": W.close, onClick: () => this.close() }, icon("minimise"));
    const head = el("div", { class: "top" }, el("div", { class: "head" }, el("h2", {}, this.name), this.please, minimise), this.baton);
    this.bar = el("div", { class: "bar", role: "status", hidden: true });
    this.refusal = el("div", { class: "refusal", role: "alert", hidden: true });
    this.rows = el("div", { class: "rows", role: "log", "aria-label": W.log });
    this.outgoing = el("div", { class: "rows" });
    this.typing = el("div", { class: "row theirs typing", hidden: true });
    this.place = el("section", { class: "place", hidden: true });
    this.care = new Care(this.chat);
    this.log = el("div", { class: "log", tabIndex: 0, onScroll: () => this.#scrolled() }, this.rows, this.place, this.outgoing, this.care.section, this.typing);
    this.jump = el("button", { class: "jump", type: "button", hidden: true, onClick: () => this.#toEnd(true) }, icon("down"), W.newMessages);
    this.politely = el("div", { class: "unseen", "aria-live": "polite" });
    const middle = el("div", { class: "middle" }, this.log, this.jump);
    this.panel = el("section", { class: "panel", id: "panel", role: "dialog", "aria-label": W.panel(this.name), hidden: true });
    this.panel.append(head, this.bar, middle, this.refusal, this.#composer(), this.politely);
    this.panel.addEventListener("keydown", (event) => this.#key(event));
    this.frame = el("div", { class: "frame one-colour" }, this.panel, this.launcher);
    this.root.append(this.frame);
    new ResizeObserver(() => this.#toEnd(false)).observe(this.log); // a keyboard came up, a bar went
  }

  #composer() {
    this.input = el("textarea", { rows: 1, "aria-label": W.write, dir: "auto", maxLength: 8000, onInput: () => this.#typed() });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#say();
    });
    const send = el("button", { class: "send", type: "submit", "aria-label": W.send }, icon("send", 20));
    const submit = (event) => {
      event.preventDefault();
      this.#say();
    };
    this.form = el("form", { class: "composer", onSubmit: submit }, el("div", { class: "box" }, this.input, send));
    this.foot = el("div", { class: "foot" });
    return el("div", { class: "bottom" }, this.form, this.foot);
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (this.confirming) this.#confirm(false);
    else this.close();
  }

  #typed() {
    const box = this.input;
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${Math.min(box.scrollHeight, 120)}px`);
    this.chat.typing(box.value.trim() !== "");
  }

  #say(text = this.input.value.trim()) {
    if (!text || (this.chat.closed && !this.chat.canReopen)) return;
    if (text === this.input.value.trim()) this.input.value = "";
    this.#typed();
    this.chat.say(text);
    this.#toEnd(true);
  }

  #confirm(on) {
    this.confirming = on;
    this.draw();
    this.foot.querySelector("button")?.focus();
  }

  // ------------------------------------------------------------------------------------------- drawing

  draw() {
    this.panel.hidden = !this.isOpen;
    this.frame.classList.toggle("is-open", this.isOpen);
    this.#drawLauncher();
    if (!this.isOpen) return;
    this.#drawBaton();
    this.#drawBars();
    this.#drawPlace();
    this.care.draw();
    this.#drawTyping();
    this.#drawFoot();
    this.#toEnd(false);
  }

  #drawLauncher() {
    const { holder, waiting } = this.chat;
    const state = holder?.kind === "representative" ? "person" : waiting ? "nobody" : "bot";
    const glyph = this.isOpen ? "close" : !this.chat.conversationId ? "chat" : { person: "person", nobody: "clock", bot: "bot" }[state];
    const words = [this.isOpen ? W.close : W.open, this.unread && !this.isOpen ? W.unread(this.unread) : ""];
    this.launcher.className = `launcher is-${this.isOpen ? "bot" : state}`;
    this.launcher.setAttribute("aria-label", words.filter(Boolean).join(", "));
    this.launcher.setAttribute("aria-expanded", String(this.isOpen));
    this.launcher.setAttribute("aria-controls", "panel");
    const badge = this.unread && !this.isOpen ? el("span", { class: "badge", "aria-hidden": "true" }, String(this.unread)) : null;
    this.launcher.replaceChildren(icon(glyph, 22), ...(badge ? [badge] : []));
  }

  #drawBaton() {
    const { story, holder, closed } = this.chat;
    const place = this.chat.place?.position;
    const parts = story.parts.length ? story.parts : [{ kind: "nobody", name: "", started_at: new Date().toISOString(), ended_at: null }];
    this.baton.label = closed ? W.ended : holder ? holder.name : this.#waitingWords();
    this.baton.trailing = holder ? (holder.kind === "bot" ? W.bot : W.person) : place ? W.place(place) : "";
    this.baton.model = batonModel({ parts, closed }, { now: Date.now(), size: "full", place });
  }

  #waitingWords() {
    if (!this.chat.entries.length) return W.connectingYou;
    if (this.chat.story.held) return W.onHold;
    return this.chat.seeksPerson ? W.waitingForPerson : W.waiting;
  }

  #drawBars() {
    const { link, refusal, fault, asking, closed, holder, conversationId } = this.chat;
    const down = link === "down" && !closed;
    this.bar.hidden = !down;
    if (down && !this.bar.childElementCount) {
      this.bar.replaceChildren(icon("offline"), el("span", {}, el("b", {}, W.reconnecting), ` ${W.reconnectingKept}`));
    }
    if (!down) this.bar.replaceChildren();
    const focused = this.root.activeElement === this.please;
    this.please.hidden = closed || !conversationId || holder?.kind !== "bot";
    if (this.please.hidden && focused) this.input.focus(); // the focus does not fall out of the panel
    this.please.setAttribute("aria-busy", String(asking));
    const sentence = fault !== null ? `${W.noStart} ${fault}`.trim() : refusal;
    this.refusal.hidden = !sentence;
    if (this.refusal.dataset.said !== (sentence ?? "")) {
      this.refusal.dataset.said = sentence ?? "";
      const again = fault !== null ? el("button", { type: "button", class: "link", onClick: () => this.chat.open() }, W.tryAgain) : null;
      this.refusal.replaceChildren(...(sentence ? [icon("alert"), el("span", {}, sentence), ...(again ? [again] : [])] : []));
    }
  }

  #drawPlace() {
    const place = this.chat.waiting ? this.chat.place : null;
    this.place.hidden = !place;
    if (!place) return;
    const wait = waitRange(place.wait);
    const figures = [[W.yourPlace, String(place.position)], ...(wait ? [[W.about, wait]] : [])];
    this.place.replaceChildren(
      el("dl", {}, figures.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value)))),
      el("p", {}, W.placeKept),
    );
    if (Date.now() - this.placeSpokenAt > SPOKEN_PLACE_EVERY_MS) {
      this.placeSpokenAt = Date.now();
      this.politely.textContent = W.placeSpoken(place.position, waitRange(place.wait, "minutes"));
    }
  }

  #drawTyping() {
    const who = this.chat.typist;
    this.typing.hidden = !who;
    if (!who) return;
    const dots = el("span", { class: "bubble dots", role: "img", "aria-label": W.typing(who.name) }, el("i"), el("i"), el("i"));
    this.typing.replaceChildren(avatar(this.chat.holder ?? { kind: "bot", name: who.name }), dots);
  }

  #drawFoot() {
    const { closed, conversationId, waiting } = this.chat;
    this.form.hidden = closed && !this.chat.canReopen;
    this.input.placeholder = closed ? W.writeAgain : waiting && this.chat.seeksPerson ? W.addForThem : W.write;
    const wanted = closed ? "again" : !conversationId ? "" : this.confirming ? "confirm" : "end";
    if (this.foot.dataset.shown === wanted) return;
    this.foot.dataset.shown = wanted;
    this.foot.replaceChildren(...this.#footParts(wanted));
  }

  #footParts(wanted) {
    const button = (words, onClick, kind = "link") => el("button", { type: "button", class: kind, onClick }, words);
    const end = () => {
      this.#confirm(false);
      this.chat.end();
    };
    if (wanted === "again") return [button(W.again, () => this.chat.again(), "choice")];
    if (wanted === "confirm") return [el("span", {}, W.endNow), button(W.end, end), button(W.keepChatting, () => this.#confirm(false))];
    return wanted === "end" ? [button(W.end, () => this.#confirm(true))] : [];
  }

  // ----------------------------------------------------------------------------------------------- log

  #entry(event) {
    if (event.event === "message.created") {
      this.#endChoices();
      this.#message(event);
      if (!this.isOpen && event.actor.type !== "customer") this.unread += 1;
    } else {
      this.#endChoices(); // whoever asked may have left
      this.#notice(event);
    }
    if (!this.atEnd && this.isOpen) this.jump.hidden = false;
  }

  #message(event) {
    const mine = event.actor.type === "customer";
    const author = mine ? "" : event.actor.name;
    if (this.lastAuthor === author && !mine) this.rows.lastElementChild?.classList.add("more"); // one avatar a run
    this.lastAuthor = author;
    const kind = event.actor.type === "person" ? "person" : "bot";
    const row = el("div", { class: `row ${mine ? "mine" : `theirs by-${kind}`}` });
    const said = el("span", { class: "unseen" }, `${mine ? W.you : W.says(author)} `);
    if (!mine) row.append(avatar({ kind: kind === "person" ? "representative" : "bot", name: author }));
    row.append(el("div", { class: "stack" }, el("div", { class: "bubble", dir: "auto", title: hourMinute(event.at) }, said, this.#content(event.data.content, mine))));
    this.rows.append(row);
    this.#buttons(event);
  }

  #content(content, mine) {
    switch (content.type) {
      case "card": {
        const picture = content.image_url && !mine ? el("img", { src: content.image_url, alt: "", loading: "lazy", referrerPolicy: "no-referrer" }) : null;
        const link = content.link_url ? el("a", { href: content.link_url, target: "_blank", rel: "noopener noreferrer" }, W.open_link) : null;
        return el("span", { class: "card" }, picture, el("span", {}, el("b", {}, content.title), el("span", { class: "card-text" }, rich(content.text)), link));
      }
      case "attachment":
        return W.file(content.name, `${Math.ceil(content.size / 1024)} kB`);
      default:
        return el("span", {}, rich(content.text, { labels: !mine }));
    }
  }

  #buttons(event) {
    const choices = event.data.content.choices ?? [];
    if (!choices.length || event.actor.type === "customer") return;
    const buttons = choices.map(({ label, value }) => el("button", { type: "button", class: "choice", onClick: () => this.#choose(value) }, label));
    this.choices = el("div", { class: "choices", role: "group" }, buttons);
    this.rows.append(this.choices);
  }

  #choose(value) {
    this.#endChoices();
    this.#say(value);
    this.input.focus();
  }

  /** Buttons answer the last message only; anything said after it takes them away. */
  #endChoices() {
    this.choices?.remove();
    this.choices = null;
  }

  #notice(event) {
    const { notice, agent } = event.data;
    if (notice?.text && !notice.muted) this.#line(notice.text, [...Object.values(notice.params ?? {}), agent?.name]);
    else if (!notice && event.event === "conversation.agent_added" && agent.kind === "bot" && this.rows.childElementCount === 0) {
      this.#line(W.withBot(hourMinute(event.at)), []);
    }
  }

  #line(sentence, names) {
    this.lastAuthor = null;
    this.rows.append(el("p", { class: "notice", dir: "auto" }, el("span", {}, named(sentence, names))));
  }

  #outgoing() {
    const up = this.chat.link === "up";
    const waits = this.chat.outbox.pending.filter((item) => item.kind === "message").map((item) => this.#unsent(item, up ? W.sending : W.notSentYet, up ? null : "clock"));
    const lost = this.chat.failed.map((item) => this.#unsent(item, `${W.notSent} ${item.message}`, "alert"));
    this.outgoing.replaceChildren(...lost, ...waits);
    if (waits.length) this.#endChoices();
  }

  #unsent({ content }, words, glyph) {
    const state = el("span", { class: "state" }, glyph ? icon(glyph, 14) : null, words);
    return el("div", { class: "row mine unsent" }, el("div", { class: "stack" }, el("div", { class: "bubble", dir: "auto" }, rich(content.text, { labels: false })), state));
  }

  // ------------------------------------------------------------------------------------------ scrolling

  #scrolled() {
    const rest = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight;
    this.atEnd = rest < 48;
    if (this.atEnd) this.jump.hidden = true;
  }

  #toEnd(always) {
    if (!always && this.atEnd === false) return;
    this.log.scrollTop = this.log.scrollHeight;
    this.atEnd = true;
    this.jump.hidden = true;
  }
}

function avatar({ kind, name }) {
  const bot = kind === "bot";
  return el("span", { class: `avatar is-${bot ? "bot" : "person"}`, "aria-hidden": "true" }, bot ? icon("bot", 14) : initials(name));
}
