// Where the customer writes: text, files, and below it how to end the chat or keep it.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { link } from "./care.js";

const MAX_TEXT = 8_000;
const TALLEST_PX = 132;

export class Composer {
  /**
   * @param {import("./chat.js").Chat} chat
   * @param {{words: object, files: object, features: object, said: () => void, save: () => void}} parts  `said`: something was
   *   sent; `save`: the transcript is wanted
   */
  constructor(chat, { words, files, features, said, save }) {
    Object.assign(this, { chat, words, files, features, said, save });
    this.confirming = false;
    this.input = el("textarea", { rows: 1, "aria-label": words.say("write"), dir: "auto", maxLength: MAX_TEXT, enterKeyHint: "send", value: chat.memory.draft });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("paste", (event) => this.#pasted(event));
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.picker = el("input", { type: "file", hidden: true, multiple: true, tabIndex: -1, onChange: () => this.#picked() });
    this.attach = el("button", { class: "plain attach", type: "button", "aria-label": words.say("attach"), title: words.say("attach"), onClick: () => this.picker.click() }, icon("attach", 18));
    this.attach.hidden = !files.limits;
    if (files.limits) this.picker.accept = files.limits.types.join(",");
    const send = el("button", { class: "send", type: "submit", "aria-label": words.say("send"), title: words.say("send") }, icon("send", 20));
    const submit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.form = el("form", { class: "composer", onSubmit: submit }, el("div", { class: "box" }, this.input, this.picker, this.attach, send));
    this.foot = el("div", { class: "foot" });
    this.node = el("div", { class: "bottom" }, this.form, this.foot);
  }

  focus() {
    (this.form.hidden ? this.foot.querySelector("button") : this.input)?.focus();
  }

  draw() {
    const { chat, words } = this;
    const open = !chat.closed || chat.canReopen;
    this.form.hidden = !open;
    this.input.placeholder = words.say(chat.closed ? "write_again" : chat.waiting && chat.seeksPerson ? "write_to_person" : "write");
    const shown = chat.closed ? "again" : !chat.conversationId ? "" : this.confirming ? "confirm" : "end";
    if (this.foot.dataset.shown === shown) return;
    const within = this.foot.contains(this.foot.getRootNode().activeElement);
    this.foot.dataset.shown = shown;
    this.foot.replaceChildren(...this.#footParts(shown));
    this.#fit();
    if (within) this.focus();
  }

  /** Ask whether the chat is to end; `on` false takes the question back. */
  confirm(on) {
    this.confirming = on;
    this.draw();
    this.foot.querySelector("button")?.focus();
  }

  /** Files that were dropped on the panel, or pasted. */
  take(files) {
    if (!this.files.limits || this.form.hidden || !files.length) return false;
    this.files.add(files);
    this.said();
    return true;
  }

  say(text) {
    if (this.chat.closed && !this.chat.canReopen) return;
    this.chat.say(text);
    this.said();
  }

  #submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.#typed();
    this.say(text);
  }

  /** What is remembered as written: nothing, where somebody else has written it. */
  restore() {
    this.input.value = this.chat.memory.draft;
    this.#fit();
  }

  #typed() {
    this.chat.memory.draft = this.input.value;
    this.chat.typing(this.input.value.trim() !== "");
    this.#fit();
  }

  /** As tall as what is written, up to a limit. */
  #fit() {
    const { style } = this.input;
    style.setProperty("height", "auto");
    style.setProperty("height", `${Math.min(this.input.scrollHeight, TALLEST_PX)}px`);
  }

  #picked() {
    this.take(this.picker.files);
    this.picker.value = "";
    this.focus();
  }

  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (this.take(files)) event.preventDefault();
  }

  #footParts(shown) {
    const { words, features } = this;
    const save = features.transcript ? link(words.say("transcript"), this.save) : null;
    if (shown === "again") return [el("button", { type: "button", class: "choice", onClick: () => this.chat.again() }, words.say("again")), save].filter(Boolean);
    if (shown === "confirm") return this.#confirmParts();
    if (shown !== "end") return [];
    return [features.end ? link(words.say("end"), () => this.confirm(true)) : el("span"), save].filter(Boolean);
  }

  #confirmParts() {
    const { words } = this;
    const end = () => {
      this.confirm(false);
      this.chat.end();
    };
    const button = (key, onClick, kind) => el("button", { type: "button", class: kind, onClick }, words.say(key));
    return [el("span", { role: "alert" }, words.say("end_now")), button("end", end, "choice small"), button("keep_chatting", () => this.confirm(false), "link")];
  }
}
