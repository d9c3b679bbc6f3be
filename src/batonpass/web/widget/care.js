// What the widget shows beside the talk: the question how a person's part was, and an address when nobody is there.
// A card is made once for what it asks, so that nobody's writing is lost when the rest is drawn anew.

import { el } from "../dom.js";
import { CUSTOMER as W } from "../words.js";

const SCORES = [1, 2, 3, 4, 5];

export class Care {
  /** @param {import("./chat.js").Chat} chat */
  constructor(chat) {
    this.chat = chat;
    this.section = el("section", { class: "care", hidden: true });
    this.shown = "";
    this.writing = false; // the form of the address is open
  }

  draw() {
    const wanted = this.#wanted();
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.section.hidden = !wanted;
    this.section.replaceChildren(...this.#parts(wanted));
  }

  #wanted() {
    const question = this.chat.question;
    if (question) return `question:${question.question_id}`;
    if (this.chat.mayLeaveContact) return this.writing ? "contact" : "offer";
    this.writing = false;
    return this.chat.thanked ? "thanks" : "";
  }

  #parts(wanted) {
    if (wanted.startsWith("question:")) return [this.#question(this.chat.question)];
    if (wanted === "thanks") return [el("p", { role: "status" }, this.chat.thanked)];
    if (wanted === "offer") return [el("button", { type: "button", class: "choice", onClick: () => this.#write() }, W.leaveContact)];
    return wanted === "contact" ? [this.#contact()] : [];
  }

  #write() {
    this.writing = true;
    this.draw();
    this.section.querySelector("textarea")?.focus();
  }

  #question({ question_id, agent }) {
    const scores = SCORES.map((score) => {
      const input = el("input", { type: "radio", name: "score", value: String(score), required: true });
      return el("label", { class: "score" }, input, el("span", {}, String(score)));
    });
    const comment = field(W.comment, "comment", { rows: 2, maxLength: 2000 });
    const submit = (event) => {
      event.preventDefault();
      const said = new FormData(event.target);
      this.chat.giveScore(question_id, Number(said.get("score")), said.get("comment").trim());
    };
    const skip = el("button", { type: "button", class: "link", onClick: () => this.chat.skipQuestion(question_id) }, W.skip);
    return el(
      "form",
      { class: "card-form", onSubmit: submit },
      el("fieldset", {}, el("legend", {}, W.howWas(agent.name)), el("div", { class: "scores" }, scores), el("p", { class: "ends" }, el("span", {}, W.bad), el("span", {}, W.good))),
      comment,
      el("div", { class: "acts" }, el("button", { type: "submit", class: "choice" }, W.send), skip),
    );
  }

  #contact() {
    const message = field(W.contactMessage, "message", { rows: 3, maxLength: 4000, required: true });
    const name = field(W.contactName, "name", { maxLength: 200, autocomplete: "name" }, "input");
    const email = field(W.contactEmail, "email", { type: "email", maxLength: 254, autocomplete: "email" }, "input");
    const phone = field(W.contactPhone, "phone", { type: "tel", maxLength: 40, autocomplete: "tel" }, "input");
    const submit = (event) => {
      event.preventDefault();
      const said = Object.fromEntries([...new FormData(event.target)].map(([key, value]) => [key, value.trim()]));
      const input = event.target.elements.email;
      input.setCustomValidity(said.email || said.phone ? "" : W.contactNeeded);
      if (event.target.reportValidity()) this.chat.leaveContact(said);
    };
    const back = () => {
      this.writing = false;
      this.draw();
    };
    const form = el(
      "form",
      { class: "card-form", onSubmit: submit, onInput: () => form.elements.email.setCustomValidity("") },
      el("p", {}, W.contactWhy),
      message,
      name,
      email,
      phone,
      el("div", { class: "acts" }, el("button", { type: "submit", class: "choice" }, W.send), el("button", { type: "button", class: "link", onClick: back }, W.keepChatting)),
    );
    return form;
  }
}

function field(words, name, props, tag = "textarea") {
  return el("label", { class: "field" }, el("span", {}, words), el(tag, { name, dir: "auto", ...props }));
}
