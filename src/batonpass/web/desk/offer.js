// An offer: what it is about, before taking it. Never modal; the countdown is silent, arrival and the last ten
// seconds are not.

import { useEffect } from "preact/hooks";
import { batonModel } from "../baton.js";
import { countdown, duration } from "../format.js";
import { customerName } from "./conversation.js";
import { Baton, Content, Icon, Key, clock, html } from "./ui.js";
import { OFFER as W } from "./words/offer.js";
import { KINDS } from "./words/shared.js";

const SOON_MS = 10_000;

/** On a phone, inside a conversation: the offer as one line above it. */
export function OfferBar({ desk }) {
  const [one] = desk.offers.open;
  if (!one) return null;
  const left = Math.min(one.until - clock.value, one.until - one.from);
  return html`<div class="offer-bar"><button onClick=${() => desk.select(null)}><b>${W.title}</b> <span dir="auto">${customerName(one.offer.customer, one.offer.conversation_id)}</span></button><b class="seconds">${countdown(left)}</b>
    <button class="button is-take" onClick=${(event) => meant(event, one) && desk.offers.accept(one.offer.offer_id)}>${W.accept}</button></div>`;
}

let moved = 0; // when the pointer moved last
addEventListener("pointermove", () => (moved = Date.now()), { passive: true, capture: true });

/** A press is meant for a card that was there already: one that slid under a resting pointer does not take it. */
function meant(event, { from }) {
  const byPointer = event.detail > 0;
  return !byPointer || moved > from || Date.now() - from > 700;
}

export function Offer({ desk, one, first }) {
  const { offer, state, until, from } = one;
  const left = Math.min(until - clock.value, until - from); // the clock shown may be half a second old
  const soon = state === "open" && left <= SOON_MS;
  useEffect(() => {
    if (!soon) return;
    desk.alerts.soon();
    desk.view.heard.value = `10 seconds left for ${customerName(offer.customer, offer.conversation_id)}`;
  }, [soon]);
  const { handoff } = offer;
  const customer = customerName(offer.customer, offer.conversation_id);
  const share = Math.max(0, Math.min(1, left / Math.max(1, until - from)));
  const label = `Offered to you: ${customer}`;
  if (state === "ended") return html`<section class="offer is-ended" aria-label=${label}><p><b>${customer}</b></p><p>${one.sentence}</p></section>`;
  return html`<section class="offer" aria-label=${label}>
    <span class="offer-left" style=${{ inlineSize: `${share * 100}%` }}></span>
    <header><h2>${W.title}</h2><span class="tag">${KINDS[handoff.kind] ?? handoff.kind}</span><span class="grow"></span><b class="seconds">${countdown(left)}</b></header>
    <p class="who"><b>${customer}</b> ${desk.queueName(handoff.queue)}, waited ${duration(offer.waited_ms + clock.value - from)}</p>
    <div class="baton-room"><${Baton} model=${offerBaton(one, desk)} /></div>
    <${Story} offer=${offer} />
    <${Why} why=${offer.why} />
    ${one.sentence && html`<p class="banner is-refusal" role="alert">${one.sentence}</p>`}
    <div class="actions">
      <button class="button is-take" aria-busy=${state === "accepting"} onClick=${(event) => meant(event, one) && desk.offers.accept(offer.offer_id)}>${state === "accepting" ? W.accepting : W.accept} ${first && state === "open" && html`<${Key}>${desk.keyboard.spelled("accept")}</${Key}>`}</button>
      <button class="button" aria-busy=${state === "declining"} title=${desk.keyboard.spelled("decline")} onClick=${(event) => meant(event, one) && desk.offers.decline(offer.offer_id)}>${state === "declining" ? W.declining : W.decline}</button>
    </div>
  </section>`;
}

function Story({ offer }) {
  const { handoff, variables, transcript_tail: tail } = offer;
  const { summary } = handoff;
  const issue = summary?.issue || summary?.prose;
  const facts = summary?.facts ?? [];
  const tried = summary?.steps?.slice(-2).map((step) => step.text).join(" ");
  const context = Object.entries(variables);
  return html`${issue && html`<p class="issue" dir="auto">${issue}</p>`}
    ${summary?.next_step && html`<p class="issue" dir="auto"><b>Next</b> ${summary.next_step}</p>`}
    ${handoff.summary_text && html`<p class="issue" dir="auto"><b>${handoff.giver?.name ?? "Giver"}</b> ${handoff.summary_text}</p>`}
    ${tried && html`<p class="issue" dir="auto"><b>Tried</b> ${tried}</p>`}
    ${handoff.reason && html`<dl class="facts"><div><dt>Reason</dt><dd dir="auto">${reason(handoff.reason)}</dd></div></dl>`}
    ${facts.length > 0 && html`<dl class="facts">${facts.slice(0, 6).map((fact) => html`<div><dt>${fact.name}</dt><dd><span dir="auto">${fact.value}</span><span class="source">#${fact.seq}</span></dd></div>`)}</dl>`}
    ${handoff.note && html`<p class="hint" dir="auto"><${Icon} name="lock" />${handoff.giver ? `${handoff.giver.name}: ` : ""}${handoff.note}</p>`}
    ${(context.length > 0 || tail.length > 0) && html`<details class="unfold"><summary>Context and last lines</summary>
      <dl class="facts">${context.map(([name, value]) => html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`)}</dl>
      ${tail.filter((entry) => entry.event === "message.created").map((entry) => html`<p class="tail"><b>${entry.actor.type === "customer" ? "Customer" : entry.actor.name}</b> <span dir="auto"><${Content} content=${entry.data.content} customer=${entry.actor.type === "customer"} /></span></p>`)}
    </details>`}`;
}

/** Reasons of the server are codes, those of agents are words. */
export function reason(text) {
  const known = { customer_asked: "The customer asked for a person.", turn_deadline: "The bot did not answer in time.", lost: "The connection was lost.", max_wait: "Waited too long elsewhere." };
  return known[text] ?? text;
}

function Why({ why }) {
  if (!why) return null;
  const removed = Object.entries(why.removed ?? {}).map(([name, count]) => `${count} ${W.whyRemoved[name] ?? name}`);
  return html`<div class="hint"><${Icon} name="why" />
    ${removed.length ? html`<details><summary><b>Why you:</b> ${W.whyKey[why.key] ?? why.key}. <u>Trace</u></summary>${removed.join(", ")}</details>` : html`<span><b>Why you:</b> ${W.whyKey[why.key] ?? why.key}.</span>`}
  </div>`;
}

/** The story so far, and us as the dashed part whose fill is the time left. */
function offerBaton({ offer, from, until }, desk) {
  const since = offer.baton.length ? offer.baton : [{ kind: "nobody", name: "", started_at: new Date(desk.now() - offer.waited_ms).toISOString() }];
  const shift = desk.session.skew;
  const pending = { kind: "representative", name: "You", started_at: new Date(from + shift).toISOString(), deadline_at: new Date(until + shift).toISOString() };
  const model = batonModel({ parts: since, pending }, { now: clock.value + shift, me: desk.me, limit: 3 });
  model.parts.at(-1).time = ""; // the card shows the seconds in its corner
  return model;
}
