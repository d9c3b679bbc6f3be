// What the widget shows beside the talk: the question how a person's part was, and an address when nobody is there.
// A card is made once for what it asks, so that nobody's writing is lost when the rest is drawn anew.

import { el } from "../dom.js";
import { newClientId } from "../stream.js";
import { Question } from "./question.js";

export class Care {
  /**
   * @param {import("./chat.js").Chat} chat
   * @param {{words: import("./words.js").Words, contact: boolean}} options  `contact`: an address may be left at all
   */
  constructor(chat, { words, contact }) {
    Object.assign(this, { chat, words, contact });
    this.section = el("section", { class: "care", hidden: true });
    this.shown = "";
    this.writing = false; // the form of the address is open
    this.question = null;
  }

  draw() {
    const wanted = this.#wanted();
    if (wanted === this.shown) return;
    const within = this.section.contains(this.section.getRootNode().activeElement);
    this.shown = wanted;
    this.question = null;
    this.section.hidden = !wanted;
    this.section.replaceChildren(...this.#parts(wanted));
    if (within) this.section.querySelector("textarea, button, [tabindex]")?.focus(); // the focus does not fall out
  }

  /** A score that was pressed counts, also when its comment is not finished: the panel closes, or the page goes. */
  settle() {
    this.question?.settle();
  }

  get mayWrite() {
    return this.contact && this.chat.mayLeaveContact;
  }

  /** Open the form of the address. */
  write() {
    this.writing = true;
    this.draw();
    this.section.querySelector("textarea")?.focus();
  }

  #wanted() {
    const question = this.chat.question;
    if (question) return `question:${question.question_id}`;
    // While one waits with a place, the card of the place offers it.
    if (this.mayWrite) return this.writing ? "contact" : this.chat.waiting && this.chat.place ? "" : "offer";
    this.writing = false;
    return this.chat.thanked ? `thanks:${this.chat.thanked}` : "";
  }

  #parts(wanted) {
    const { words, chat } = this;
    if (wanted.startsWith("question:")) {
      this.question = new Question(chat.question, { words, done: (said) => this.#score(said) });
      return [this.question.form];
    }
    if (wanted.startsWith("thanks:")) return [el("p", { role: "status", tabIndex: -1 }, chat.thanked)];
    if (wanted === "offer") return [el("button", { type: "button", class: "choice", onClick: () => this.write() }, words.say("leave_contact"))];
    return wanted === "contact" ? [this.#contact()] : [];
  }

  /** `{question_id, score, comment}`; without a score it is put off. */
  async #score({ question_id, score, comment }) {
    const { chat, words } = this;
    if (score) {
      chat.refuse(null);
      try {
        await chat.call("csat.give", { question_id, score, comment });
        chat.thanked = words.say("thanks");
      } catch (error) {
        if (error.code !== "already_given") return chat.refuse(words.refusal(error));
      }
    }
    chat.memory.asked = [...chat.memory.asked, question_id];
    chat.changed("state");
    return null;
  }

  #contact() {
    const { words } = this;
    const input = (key, name, props) => field(words.say(key), el("input", { name, dir: "auto", ...props }));
    const form = el(
      "form",
      { class: "card-form", onSubmit: (event) => this.#submit(event), onInput: () => form.elements.email.setCustomValidity("") },
      el("p", {}, words.say("contact_why")),
      field(words.say("contact_message"), el("textarea", { name: "message", dir: "auto", rows: 3, maxLength: 4000, required: true })),
      input("contact_name", "name", { maxLength: 200, autocomplete: "name" }),
      input("contact_email", "email", { type: "email", maxLength: 254, autocomplete: "email" }),
      input("contact_phone", "phone", { type: "tel", maxLength: 40, autocomplete: "tel" }),
      el("div", { class: "acts" }, el("button", { type: "submit", class: "choice" }, words.say("send")), link(words.say("keep_chatting"), () => this.#back())),
    );
    return form;
  }

  #back() {
    this.writing = false;
    this.draw();
  }

  async #submit(event) {
    event.preventDefault();
    const { chat, words } = this;
    const said = Object.fromEntries([...new FormData(event.target)].map(([key, value]) => [key, value.trim()]));
    event.target.elements.email.setCustomValidity(said.email || said.phone ? "" : words.say("contact_needed"));
    if (!event.target.reportValidity()) return;
    chat.contactId ??= newClientId("contact:"); // pressed twice it is left once
    chat.refuse(null);
    try {
      const after = chat.closed; // else the chat's own last line says it
      await chat.call("contact.leave", { conversation_id: chat.conversationId, client_id: chat.contactId, ...said });
      chat.contactKept = true;
      if (after) chat.thanked = words.say("contact_kept");
      chat.changed("state");
    } catch (error) {
      chat.refuse(words.refusal(error));
    }
  }
}

function field(words, input) {
  return el("label", { class: "field" }, el("span", {}, words), input);
}

export function link(words, onClick) {
  return el("button", { type: "button", class: "link", onClick }, words);
}
