// What to do next, while no chat is open: the offer, the customer who waits longest, what waits in the queues.

import { duration, plural } from "../format.js";
import { mine } from "./lists.js";
import { Key, clock, html } from "./ui.js";
import { customerName } from "./words/shared.js";
import { START as W } from "./words/start.js";

export function Start({ desk }) {
  const { title, why, act } = next(desk);
  return html`<div class="start">
    <span class="nobody-sign" aria-hidden="true"></span>
    <h2>${title}</h2>
    <p>${why}</p>
    ${act && html`<button class="button is-main" onClick=${act.press}>${act.words}${act.key && html` <${Key}>${desk.keyboard.spelled(act.key)}</${Key}>`}</button>`}
    <p class="quiet">${W.keys[0]}<${Key}>${desk.keyboard.spelled("help")}</${Key}>${W.keys[1]}</p>
  </div>`;
}

function next(desk) {
  const [offer] = desk.offers.open;
  if (offer) {
    const name = customerName(offer.offer.customer, offer.offer.conversation_id);
    return { title: W.offered(name), why: W.offeredWhy };
  }
  const [row] = mine(desk);
  if (row && row.since !== null) {
    const name = row.conversation?.customer ?? customerName(row.row?.customer, row.id);
    const waits = duration(clock.value + desk.session.skew - row.since);
    return { title: W.waits(name, waits), why: W.waitsWhy, act: { words: W.open, key: "longest", press: () => desk.select(row.id) } };
  }
  if (desk.presence.value !== "available") return { title: W.away, why: W.awayWhy, act: { words: W.available, press: () => desk.setPresence("available") } };
  const { queue } = desk.lists.counts.value;
  const { free } = desk.slots.value;
  if (queue && free !== 0) return { title: W.queue(plural(queue, "chat")), why: W.queueWhy, act: { words: W.showQueue, press: () => desk.lists.show("queue") } };
  if (row) return { title: W.calm, why: W.calmWhy, act: { words: W.openFirst, key: "next", press: () => desk.select(row.id) } };
  return { title: W.nothing, why: free === null ? W.rings : W.ringsFree(plural(free, "free slot")) };
}
