// The open widget: a panel over the page. Loaded when somebody opens it, or is in a chat already.

import batonCss from "../baton.css.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { Care } from "./care.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { Files } from "./files.js";
import { Fitting } from "./fitting.js";
import { Head } from "./head.js";
import { Log } from "./log.js";
import panelCss from "./panel.css.js";
import { PlaceCard } from "./place.js";
import { io } from "./socket.js";
import { saveTranscript } from "./transcript.js";

export class Panel {
  /**
   * @param {{root: ShadowRoot, launcher: object, server: string, memory: object, settings: object, words: object,
   *   identity: string|null|undefined, tell: (name: string, detail: object) => void, about: () => object}} parts
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.sheets = [batonCss, panelCss];
    this.isOpen = false;
    this.unread = 0;
    const { server, memory, identity, words, about, tell } = parts;
    const changed = (what, event) => this.#changed(what, event);
    this.chat = new Chat({ io, fetch: (...args) => fetch(...args), server, memory, identity, words, about, tell, changed });
    this.fitting = new Fitting(() => this.log.toEnd(false));
    this.#build();
    addEventListener("pagehide", () => this.care.settle());
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#draw());
    document.addEventListener("visibilitychange", () => this.#look());
  }

  open({ focus = true } = {}) {
    if (this.isOpen) return;
    this.isOpen = this.memory.open = true;
    this.launcher.open = true;
    this.chat.open();
    this.node.hidden = false;
    this.fitting.start(this.node);
    this.#draw();
    this.log.toEnd(true);
    this.#look();
    if (focus) this.composer.focus();
    this.tell("open", {});
  }

  close() {
    if (!this.isOpen) return;
    this.care.settle();
    this.isOpen = this.memory.open = false;
    this.launcher.open = false;
    this.node.hidden = true;
    this.fitting.stop();
    this.#draw();
    this.launcher.button.focus();
    this.tell("close", {});
  }

  /** Connect without opening, for what comes in meanwhile. */
  resume() {
    this.chat.open({ start: false });
  }

  stop() {
    this.chat.stop();
  }

  identify(token) {
    this.chat.identify(token);
  }

  /** The operator's settings, or the words, are others now. */
  dress(settings, words) {
    const same = this.words === words && JSON.stringify(this.settings) === JSON.stringify(settings);
    Object.assign(this, { settings, words });
    if (same) return;
    const focused = this.node.contains(this.root.activeElement);
    this.chat.words = words;
    this.node.remove();
    this.#build();
    this.node.hidden = !this.isOpen;
    this.chat.replay();
    if (focused) this.composer.focus();
  }

  // ------------------------------------------------------------------------------------------ building

  #build() {
    const { chat, words, settings } = this;
    const name = settings.name || words.say("chat");
    const features = settings.features;
    const limits = features.attachments ? settings.files : null;
    this.files = new Files({ chat, limits, words, changed: () => this.#changed("outbox") });
    this.head = new Head(chat, { words, name, close: () => this.close(), acts: () => this.#acts(), leave: () => this.composer.focus() });
    this.care = new Care(chat, { words, contact: features.contact });
    this.place = new PlaceCard(chat, { words, care: this.care });
    this.log = new Log(chat, { words, files: this.files, choose: (text) => this.#choose(text), below: [this.place.node, this.care.section] });
    this.composer = new Composer(chat, { words, files: this.files, features, said: () => this.#said(), save: () => this.#save() });
    this.bar = el("div", { class: "bar", role: "status", hidden: true });
    this.refusal = el("div", { class: "refusal", role: "alert", hidden: true });
    this.drop = el("div", { class: "drop", hidden: true, "aria-hidden": "true" }, words.say("drop"));
    this.politely = el("div", { class: "unseen", "aria-live": "polite" });
    this.node = el("section", { class: "panel", role: "dialog", "aria-label": words.say("panel", { name }), dir: words.dir, lang: words.locale, hidden: true });
    this.node.append(this.head.node, this.bar, this.log.node, this.refusal, this.composer.node, this.drop);
    this.node.addEventListener("keydown", (event) => this.#key(event));
    this.#dropping();
    const { frame } = this.launcher;
    frame.prepend(this.node);
    this.said?.remove();
    frame.append((this.said = this.politely));
  }

  #acts() {
    const { chat, words, settings } = this;
    const acts = [];
    if (!chat.conversationId) return acts;
    if (this.care.mayWrite && !chat.question) acts.push([words.say("leave_contact"), () => this.care.write()]);
    if (settings.features.transcript && chat.entries) acts.push([words.say("transcript"), () => this.#save()]);
    if (settings.features.end && !chat.closed) acts.push([words.say("end"), () => this.composer.confirm(true)]);
    if (chat.closed) acts.push([words.say("again"), () => chat.again()]);
    return acts;
  }

  #dropping() {
    const has = (event) => this.files.limits && [...(event.dataTransfer?.types ?? [])].includes("Files");
    this.node.addEventListener("dragover", (event) => {
      if (!has(event)) return;
      event.preventDefault();
      this.drop.hidden = false;
    });
    this.node.addEventListener("dragleave", (event) => (this.drop.hidden = !event.relatedTarget || !this.node.contains(event.relatedTarget)));
    this.node.addEventListener("drop", (event) => {
      if (!has(event)) return;
      event.preventDefault();
      this.drop.hidden = true;
      this.composer.take(event.dataTransfer.files);
    });
  }

  #key(event) {
    if (event.key === "Tab") return this.fitting.keep(event, this.node);
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.stopPropagation();
    if (this.composer.confirming) this.composer.confirm(false);
    else this.close();
  }

  #choose(text) {
    this.composer.say(text);
    this.composer.focus();
  }

  #said() {
    this.care.settle();
    this.log.toEnd(true);
  }

  #save() {
    saveTranscript(this.chat, this.words);
  }

  // ------------------------------------------------------------------------------------------- drawing

  #changed(what, event) {
    if (!this.log) return;
    if (what === "reset") {
      this.log.reset();
      this.files.clear();
      this.composer.restore();
    }
    if (what === "entry") this.log.entry(event, { seen: this.#looking });
    if (what === "entry" || what === "looked") this.#look();
    if (what !== "looked") this.#draw();
    if (what === "entry" && event.live) this.#announce(event);
  }

  /** Whether the customer sees the end of the chat now. */
  get #looking() {
    return this.isOpen && document.visibilityState === "visible" && this.log.atEnd;
  }

  #look() {
    if (!this.#looking) return;
    if (this.chat.reading.see()) this.log.seen();
    this.#count();
  }

  #count() {
    const { unread } = this.chat.reading;
    if (unread === this.unread) return;
    this.unread = unread;
    this.tell("unread", { count: unread });
    this.#drawLauncher();
  }

  /** What came while the panel is closed is said once, politely. */
  #announce({ actor, event }) {
    if (this.isOpen || event !== "message.created" || actor.type === "customer") return;
    this.politely.textContent = this.words.say("spoken_unread", { count: this.unread, name: actor.name });
  }

  #draw() {
    this.#count();
    this.#drawLauncher();
    if (!this.isOpen) return;
    this.head.draw();
    this.#drawBars();
    this.place.draw((text) => (this.politely.textContent = text));
    this.care.draw();
    this.log.draw();
    this.composer.draw();
    this.log.toEnd(false);
  }

  #drawLauncher() {
    const { holder, waiting, conversationId, closed } = this.chat;
    const held = holder?.kind === "representative" ? "person" : waiting ? "nobody" : "bot";
    this.launcher.holds = !conversationId || closed ? "none" : held;
    this.launcher.unread = this.unread;
    this.launcher.draw();
  }

  #drawBars() {
    const { link, refusal, fault, closed, outbox } = this.chat;
    const { words } = this;
    const down = link === "down" && !closed;
    const count = outbox.pending.length;
    const told = down ? [words.say(navigator.onLine ? "reconnecting" : "offline"), count ? words.say("kept_count", { count }) : words.say("kept")] : [];
    this.bar.hidden = !down;
    written(this.bar, told, () => [icon("offline"), el("span", {}, el("b", {}, told[0]), ` ${told[1]}`)]);
    const sentence = fault !== null ? `${words.say("no_start")} ${fault}`.trim() : refusal;
    const act = fault !== null ? ["retry", () => this.chat.open()] : ["dismiss", () => this.chat.refuse(null)];
    this.refusal.hidden = !sentence;
    written(this.refusal, sentence ? [sentence, act[0]] : [], () => [icon("alert"), el("span", {}, sentence), this.#refusalAct(...act)]);
  }

  #refusalAct(what, press) {
    if (what === "retry") return el("button", { type: "button", class: "link", onClick: press }, this.words.say("retry"));
    return el("button", { type: "button", class: "plain small", "aria-label": this.words.say("dismiss"), onClick: press }, icon("close", 14));
  }
}

/** Write a line anew only when it says something else, so that it is read out once. */
function written(node, said, parts) {
  const key = JSON.stringify(said);
  if (node.dataset.said === key) return;
  node.dataset.said = key;
  node.replaceChildren(...(said.length ? parts() : []));
}
