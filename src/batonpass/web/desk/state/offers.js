// The offers: what rings here, what became of it, accept and decline.

import { signal } from "@preact/signals";
import { withSummary } from "../conversation.js";
import { OFFER as W } from "../words/offer.js";
import { KINDS, customerName } from "../words/shared.js";

const ENDED_STAYS_MS = 4_000;

export class Offers {
  constructor(desk) {
    this.desk = desk;
    this.list = signal([]); // {offer, until, from, state, sentence?}, `until` on this machine's clock
  }

  /** Those that still hold a slot. */
  get open() {
    return this.list.value.filter((one) => one.state !== "ended");
  }

  clear() {
    this.list.value = [];
  }

  /** After a connect: what the server offers now; ended cards stay their time. */
  restore(offers) {
    const kept = this.list.value.filter((one) => one.state === "ended");
    this.list.value = [...offers.map(timed), ...kept];
  }

  made(offer) {
    if (this.#known(offer.offer_id)) return;
    this.list.value = [...this.list.value, timed(offer)];
    this.desk.alerts.offered(offer);
    const { handoff } = offer;
    this.desk.view.heard.value = `Offered to you: ${customerName(offer.customer, offer.conversation_id)}, ${KINDS[handoff.kind] ?? handoff.kind}. ${handoff.summary?.issue ?? ""}`;
  }

  ended({ offer_id: id, state, reason }) {
    const one = this.#known(id);
    if (!one) return;
    if (state === "accepted") this.#drop(id);
    else this.#end(id, one.sentence ?? W.withdrawn[reason] ?? W.ended[state]);
  }

  /** Another summary of a hand-off: of two the higher version counts. */
  retold(id, version, summary) {
    this.list.value = this.list.value.map((one) => {
      const handoff = withSummary(one.offer.handoff, id, version, summary);
      return handoff === one.offer.handoff ? one : { ...one, offer: { ...one.offer, handoff } };
    });
  }

  async accept(id) {
    const one = this.#known(id);
    if (one?.state !== "open") return;
    this.#change(id, { state: "accepting" });
    try {
      const reply = await this.desk.insist("offer.accept", { offer_id: id });
      this.#drop(id);
      this.desk.stints.conversation(reply.conversation_id).customerHint = one.offer.customer;
      const open = () => this.desk.select(reply.conversation_id);
      if (this.desk.view.composing?.()) this.desk.toast(`${customerName(one.offer.customer, reply.conversation_id)} is yours`, open);
      else open();
    } catch (error) {
      this.#failed(id, error);
    }
  }

  async decline(id) {
    const one = this.#known(id);
    if (one?.state !== "open") return;
    this.#change(id, { state: "declining" });
    try {
      await this.desk.insist("offer.decline", { offer_id: id });
      this.#end(id, W.ended.declined);
    } catch (error) {
      this.#failed(id, error);
    }
  }

  #failed(id, error) {
    if (error.retryable === false) this.#end(id, error.message);
    else this.#change(id, { state: "open", sentence: error.message });
  }

  #known(id) {
    return this.list.value.find((one) => one.offer.offer_id === id);
  }

  #change(id, changes) {
    this.list.value = this.list.value.map((one) => (one.offer.offer_id === id ? { ...one, ...changes } : one));
  }

  #drop(id) {
    this.desk.alerts.offerOver(id);
    this.list.value = this.list.value.filter((one) => one.offer.offer_id !== id);
  }

  /** Ended cards stay a while with the reason, so that nothing moves under the pointer. */
  #end(id, sentence) {
    const one = this.#known(id);
    if (!one || one.state === "ended") return;
    this.#change(id, { state: "ended", sentence });
    this.desk.view.heard.value = sentence;
    setTimeout(() => this.#drop(id), ENDED_STAYS_MS);
  }
}

function timed(offer) {
  return { offer, from: Date.now(), until: Date.now() + offer.ends_in_ms, state: "open" };
}
