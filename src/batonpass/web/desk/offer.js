// An offer: what it is about, before taking it. Never modal; the countdown is silent, arrival and the last ten
// seconds are not.

import { useEffect } from "preact/hooks";
import { batonModel } from "../baton.js";
import { countdown, duration } from "../format.js";
import { parseText } from "./summarytext.js";
import { Baton, Content, Icon, Key, clock, html } from "./ui.js";
import { OFFER as W } from "./words/offer.js";
import { KINDS, customerName } from "./words/shared.js";

const SOON_MS = 10_000;
const FACTS = 6;
const BESIDE = ["invitation", "consultation"]; // the baton stays with its holder

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
  const customer = customerName(offer.customer, offer.conversation_id);
  useEffect(() => {
    if (!soon) return;
    desk.alerts.soon();
    desk.view.heard.value = W.soon(customer);
  }, [soon]);
  const { handoff } = offer;
  const share = Math.max(0, Math.min(1, left / Math.max(1, until - from)));
  const label = `${W.title}: ${customer}`;
  if (state === "ended") return html`<section class="offer is-ended" aria-label=${label}><p><b dir="auto">${customer}</b></p><p>${one.sentence}</p></section>`;
  return html`<section class=${`offer${soon ? " is-soon" : ""}`} aria-label=${label}>
    <span class="offer-left" style=${{ inlineSize: `${share * 100}%` }}></span>
    <header><h2>${W.title}</h2><span class="tag">${KINDS[handoff.kind] ?? handoff.kind}</span><span class="grow"></span><b class="seconds">${countdown(left)}</b></header>
    <p class="who"><b dir="auto">${customer}</b> ${desk.queueName(handoff.queue)}, ${W.waited(duration(offer.waited_ms + clock.value - from))}</p>
    <div class="baton-room"><${Baton} model=${offerBaton(one, desk)} /></div>
    <${Part} handoff=${handoff} />
    ${first && html`<${Story} offer=${offer} />`}
    ${first && html`<${Why} why=${offer.why} />`}
    ${one.sentence && html`<p class="banner is-refusal" role="alert">${one.sentence}</p>`}
    <div class="actions">
      <button class="button is-take" aria-busy=${state === "accepting"} onClick=${(event) => meant(event, one) && desk.offers.accept(offer.offer_id)}>${state === "accepting" ? W.accepting : W.accept} ${first && state === "open" && html`<${Key}>${desk.keyboard.spelled("accept")}</${Key}>`}</button>
      <button class="button" aria-busy=${state === "declining"} title=${desk.keyboard.spelled("decline")} onClick=${(event) => meant(event, one) && desk.offers.decline(offer.offer_id)}>${state === "declining" ? W.declining : W.decline}</button>
    </div>
  </section>`;
}

/** What one is asked for, where it is not to hold the baton at once. */
function Part({ handoff }) {
  const giver = handoff.giver?.name ?? W.somebody;
  const words = { invitation: W.invited(giver), consultation: W.consulted(giver) }[handoff.kind] ?? (handoff.leave === "on_complete" ? W.warm(giver) : null);
  return words && html`<p class="issue" dir="auto">${words}</p>`;
}

function Story({ offer }) {
  const { handoff } = offer;
  const { summary } = handoff;
  // The giver's own text of the summary takes the made one's place where it has its form, and stands beside it else.
  const own = handoff.summary_text ? parseText(handoff.summary_text, summary) : null;
  const tried = summary?.steps?.slice(-2).map((step) => step.text).join(" ");
  const rows = [
    [handoff.giver?.name ?? W.giver, own ? "" : handoff.summary_text],
    [W.next, (own ?? {}).next ?? summary?.next_step],
    [W.tried, (own ?? {}).tried ?? tried],
    [W.reason, own?.reason || (handoff.reason && reason(handoff.reason))],
  ].filter(([, words]) => words);
  const issue = own ? own.issue : summary?.issue || summary?.prose;
  const facts = (own ?? summary)?.facts?.slice(0, FACTS) ?? [];
  return html`${issue && html`<p class="issue" dir="auto">${issue}</p>`}
    ${rows.length > 0 && html`<dl class="offer-told">${rows.map(([term, words]) => html`<div><dt>${term}</dt><dd dir="auto">${words}</dd></div>`)}</dl>`}
    ${facts.length > 0 && html`<dl class="facts">${facts.map((fact) => html`<div><dt>${fact.name}</dt><dd><span dir="auto">${fact.value}</span>${fact.seq && html`<span class="source">#${fact.seq}</span>`}</dd></div>`)}</dl>`}
    ${handoff.note && html`<p class="hint" dir="auto"><${Icon} name="lock" /><span>${handoff.giver ? `${handoff.giver.name}: ` : ""}${handoff.note}</span></p>`}
    <${Context} offer=${offer} />`;
}

function Context({ offer: { variables, transcript_tail: tail } }) {
  const context = Object.entries(variables);
  const said = tail.filter((entry) => entry.event === "message.created");
  if (!context.length && !said.length) return null;
  return html`<details class="unfold"><summary>${W.context}</summary>
    ${context.length > 0 && html`<dl class="facts">${context.map(([name, value]) => html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`)}</dl>`}
    ${said.map(({ actor, data }) => html`<p class="tail"><b>${actor.type === "customer" ? W.customer : actor.name}</b> <span dir="auto"><${Content} content=${data.content} customer=${actor.type === "customer"} /></span></p>`)}
  </details>`;
}

/** Reasons of the server are codes, those of agents are words. */
export function reason(text) {
  return W.reasons[text] ?? text;
}

function Why({ why }) {
  if (!why) return null;
  const removed = Object.entries(why.removed ?? {}).map(([name, count]) => `${count} ${W.whyRemoved[name] ?? name}`);
  return html`<div class="hint"><${Icon} name="why" />
    ${removed.length ? html`<details><summary><b>${W.why}</b> ${W.whyKey[why.key] ?? why.key}. <u>${W.trace}</u></summary>${W.setAside(removed)}</details>` : html`<span><b>${W.why}</b> ${W.whyKey[why.key] ?? why.key}.</span>`}
  </div>`;
}

/** The story so far, and us as the dashed part whose fill is the time left. */
function offerBaton({ offer, from, until }, desk) {
  const since = offer.baton.length ? offer.baton : [{ kind: "nobody", name: "", started_at: new Date(desk.now() - offer.waited_ms).toISOString() }];
  const shift = desk.session.skew;
  if (BESIDE.includes(offer.handoff.kind)) return batonModel({ parts: since }, { now: clock.value + shift, me: desk.me, limit: 3 });
  const pending = { kind: "representative", name: "You", started_at: new Date(from + shift).toISOString(), deadline_at: new Date(until + shift).toISOString() };
  const model = batonModel({ parts: since, pending }, { now: clock.value + shift, me: desk.me, limit: 3 });
  model.parts.at(-1).time = ""; // the card shows the seconds in its corner
  return model;
}
