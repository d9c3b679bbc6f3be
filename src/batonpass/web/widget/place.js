// While nobody has come: the place, the wait, and the way back to the bot.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { link } from "./care.js";

const SPOKEN_EVERY_MS = 15_000;

export class PlaceCard {
  /** @param {{words: object, care: object}} parts  `care` has the form for an address */
  constructor(chat, { words, care }) {
    Object.assign(this, { chat, words, care });
    this.spokenAt = 0;
    this.drawn = "";
    this.node = el("section", { class: "place", hidden: true });
  }

  /** @param {(text: string) => void} politely  reads it out */
  draw(politely) {
    const { chat, words } = this;
    const place = chat.waiting ? chat.place : null;
    const back = chat.waiting ? chat.backTo : null;
    const wait = words.wait(place?.wait);
    const leave = Boolean(place) && this.care.mayWrite && !this.care.writing;
    const key = JSON.stringify([place?.position, wait, back, chat.going, leave]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.node.hidden = !place && !back;
    const acts = [back ? this.#back(back) : null, leave ? link(words.say("leave_contact"), () => this.care.write()) : null];
    const figures = place ? this.#figures(place, wait) : [];
    this.node.replaceChildren(...figures, ...(back || leave ? [el("div", { class: "acts" }, acts)] : []));
    if (place && Date.now() - this.spokenAt > SPOKEN_EVERY_MS) {
      this.spokenAt = Date.now();
      politely(words.say(wait ? "place_spoken_wait" : "place_spoken", { place: place.position, wait }));
    }
  }

  #figures({ position }, wait) {
    const { words } = this;
    const figures = [[words.say("your_place"), String(position)], ...(wait ? [[words.say("about"), wait]] : [])];
    return [
      el("dl", {}, figures.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value)))),
      el("p", {}, words.say("place_kept")),
    ];
  }

  #back(name) {
    const { chat, words } = this;
    const press = el("button", { type: "button", class: "choice", dir: "auto", onClick: () => chat.backToBot() }, icon("back"), words.say("back_to", { name }));
    press.setAttribute("aria-busy", String(chat.going));
    return press;
  }
}
