// What calls for a look: a sound, a notification of the browser, the page's title. Each has a visible twin on the page.
// The browser is asked for permission only when somebody presses the button for it.

import { effect, signal } from "@preact/signals";
import { chime, ring } from "../sound.js";
import { ALERTS as W } from "../words/alerts.js";
import { KINDS, customerName } from "../words/shared.js";

const PLACE = "batonpass:alerts";
const TITLE_MS = 200;

export class Alerts {
  constructor(desk, browser) {
    Object.assign(this, { desk, browser });
    const kept = read(browser);
    this.sound = signal(kept.sound ?? true);
    this.notify = signal(kept.notify ?? false);
    this.permission = signal(globalThis.Notification?.permission ?? "unsupported");
    this.shown = new Map(); // by tag, so that what is over goes away
  }

  /** Keep the page's title telling: offers first, then what nobody has read. */
  start() {
    const plain = document.title;
    let soon = null; // many things may happen at once, and a title costs more than it seems
    effect(() => {
      const offers = this.desk.offers.open.length;
      const unread = this.desk.unread.total;
      const title = offers ? `${W.offers(offers)} · ${plain}` : unread ? `(${unread}) ${plain}` : plain;
      clearTimeout(soon);
      soon = setTimeout(() => (document.title = title), TITLE_MS);
    });
    document.addEventListener("visibilitychange", () => document.hidden || this.#clear());
  }

  setSound(on) {
    this.sound.value = on;
    this.#keep();
    if (on) ring();
  }

  /** Turn notifications on or off; the first time the browser asks whether it may. */
  async setNotify(on) {
    if (on && this.permission.value === "default") this.permission.value = await Notification.requestPermission();
    this.notify.value = on && this.permission.value === "granted";
    this.#keep();
  }

  offered(offer) {
    if (this.sound.peek()) ring();
    const name = customerName(offer.customer, offer.conversation_id);
    this.#show(`offer:${offer.offer_id}`, W.offered(name), `${KINDS[offer.handoff.kind] ?? offer.handoff.kind}, ${this.desk.queueName(offer.handoff.queue)}`, null);
  }

  soon() {
    if (this.sound.peek()) chime();
  }

  offerOver(id) {
    this.#close(`offer:${id}`);
  }

  /** The customer of one of our chats wrote. The words stay on the page: a lock screen is no place for them. */
  wrote(id) {
    const conversation = this.desk.stints.conversations.get(id);
    this.#show(`chat:${id}`, W.wrote(conversation?.customer ?? ""), "", () => this.desk.select(id));
  }

  #show(tag, title, body, open) {
    if (!document.hidden || !this.notify.peek() || this.permission.peek() !== "granted") return;
    const shown = new Notification(title, { tag, body, icon: "/assets/icon.svg" });
    shown.onclick = () => {
      window.focus();
      open?.();
      shown.close();
    };
    this.shown.set(tag, shown);
  }

  #close(tag) {
    this.shown.get(tag)?.close();
    this.shown.delete(tag);
  }

  #clear() {
    for (const tag of [...this.shown.keys()]) this.#close(tag);
  }

  #keep() {
    this.browser.setItem(PLACE, JSON.stringify({ sound: this.sound.value, notify: this.notify.value }));
  }
}

function read(browser) {
  try {
    return JSON.parse(browser.getItem(PLACE)) ?? {};
  } catch {
    return {};
  }
}
