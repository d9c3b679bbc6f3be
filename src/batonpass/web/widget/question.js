// "How was your chat?": one press says it, a comment may follow. An answer is given once, so it is sent when the comment
// is finished, or when nothing more comes.

import { el } from "../dom.js";

const SCORES = [["solved", 5], ["partly", 3], ["not_solved", 1]];
const PATIENCE_MS = 20_000;

export class Question {
  /**
   * @param {{question_id: string, agent: {name: string}}} question
   * @param {{words: import("./words.js").Words, done: (said: object) => void}} parts  `done` gets `{question_id, score, comment}`,
   *   without a score when it was put off
   */
  constructor({ question_id, agent }, { words, done }) {
    Object.assign(this, { question_id, words, done });
    this.ended = false;
    const scores = SCORES.map(([key, score]) => this.#score(words.say(key), score));
    this.comment = el("textarea", { name: "comment", dir: "auto", rows: 2, maxLength: 2000, onInput: () => this.#wait() });
    this.later = el("div", { class: "later", hidden: true }, el("label", { class: "field" }, el("span", {}, words.say("comment")), this.comment));
    const skip = el("button", { type: "button", class: "link", onClick: () => this.#end({}) }, words.say("skip"));
    this.send = el("button", { type: "submit", class: "choice", hidden: true }, words.say("send"));
    this.form = el(
      "form",
      { class: "card-form", onSubmit: (event) => this.#submit(event) },
      el("fieldset", {}, el("legend", { dir: "auto" }, words.say("how_was", { name: agent.name })), el("div", { class: "scores" }, scores)),
      this.later,
      el("div", { class: "acts" }, this.send, skip),
    );
  }

  /** Say what was pressed, now. */
  settle() {
    const score = Number(new FormData(this.form).get("score"));
    if (score) this.#end({ score, comment: this.comment.value.trim() });
  }

  #score(words, score) {
    const input = el("input", { type: "radio", name: "score", value: String(score), required: true, onChange: () => this.#pressed() });
    return el("label", { class: "score" }, input, el("span", {}, words));
  }

  #pressed() {
    this.later.hidden = this.send.hidden = false;
    this.#wait();
  }

  #wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), PATIENCE_MS);
  }

  #submit(event) {
    event.preventDefault();
    this.settle();
  }

  #end(said) {
    clearTimeout(this.timer);
    if (this.ended) return;
    this.ended = true;
    this.done({ question_id: this.question_id, ...said });
  }
}
