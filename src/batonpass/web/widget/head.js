// The top of the panel: whose chat it is, the wish for a person, a menu, and the baton, so that who is speaking is always
// in sight.

import { batonModel } from "../baton.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { Menu } from "./menu.js";

const MOST_PARTS = 3; // so that the name of whoever holds it has room

export class Head {
  /**
   * @param {import("./chat.js").Chat} chat
   * @param {{words: object, name: string, close: () => void, acts: () => [string, () => void][], leave: () => void}} parts  `acts`: what
   *   the menu has now; `leave`: the focus has lost its place here
   */
  constructor(chat, { words, name, close, acts, leave }) {
    Object.assign(this, { chat, words, leave });
    this.title = el("h2", {}, el("bdi", {}, name));
    this.baton = document.createElement("batonpass-baton");
    this.baton.size = "full";
    this.ended = el("span", { class: "ended", "aria-hidden": "true", hidden: true }, words.say("ended")); // the baton's own name says it
    this.please = el("button", { class: "please", type: "button", hidden: true, onClick: () => chat.askForPerson() }, icon("person"), words.say("talk_to_person"));
    this.menu = new Menu({ label: words.say("more"), acts });
    const minimise = el("button", { class: "plain", type: "button", "aria-label": words.say("minimise"), title: words.say("minimise"), onClick: close }, icon("minimise"));
    this.node = el("div", { class: "top" }, el("div", { class: "head" }, this.title, this.please, this.menu.node, minimise), el("div", { class: "holds" }, this.baton, this.ended));
  }

  draw() {
    const { chat } = this;
    const had = this.please.getRootNode().activeElement === this.please;
    this.please.hidden = chat.closed || !chat.conversationId || chat.holder?.kind !== "bot";
    if (this.please.hidden && had) this.leave(); // the focus does not fall out of the panel
    this.please.setAttribute("aria-busy", String(chat.asking));
    this.menu.button.hidden = !this.menu.acts().length;
    this.#drawBaton();
  }

  #drawBaton() {
    const { chat, words } = this;
    const { story, holder, closed } = chat;
    const place = chat.place?.position;
    const parts = story.parts.length ? story.parts : [{ kind: "nobody", name: "", started_at: new Date().toISOString(), ended_at: null }];
    this.ended.hidden = !closed;
    this.baton.label = holder ? holder.name : this.#waiting();
    this.baton.trailing = holder ? words.say(holder.kind === "bot" ? "bot" : "person") : place ? words.say("place", { place }) : "";
    const model = batonModel({ parts, closed }, { now: Date.now(), size: "full", place, limit: MOST_PARTS });
    this.baton.model = { ...model, parts: model.parts.map(short), label: spoken(parts, { closed, place, words, now: Date.now() }) };
  }

  #waiting() {
    const { chat, words } = this;
    if (!chat.entries) return words.say("one_moment");
    if (chat.story.held) return words.say("on_hold");
    return words.say(chat.seeksPerson ? "waiting_for_person" : "waiting");
  }
}

/** "3 more" in signs, for all languages. */
function short(part) {
  return part.shape === "more" ? { ...part, name: `+${parseInt(part.name, 10)}` } : part;
}

/** The baton's story as a sentence, in the customer's language. */
function spoken(parts, { closed, place, words, now }) {
  const told = parts.map(({ kind, name, started_at: from, ended_at: to }, index) => {
    const time = words.spoken(Math.max(0, (to ? Date.parse(to) : now) - Date.parse(from)));
    const last = index === parts.length - 1 && !closed;
    if (kind !== "nobody") return words.say(last ? "story_held" : "story_past", { name, time });
    return words.say(!last ? "story_waited" : place ? "story_place" : "story_waiting", { place, time });
  });
  return [...told, ...(closed ? [words.say("ended")] : [])].join(", ");
}
