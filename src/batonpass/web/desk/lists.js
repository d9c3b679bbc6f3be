// The left side: offers, what is mine, what is in wrap-up. Who waits longest for an answer comes first.

import { batonModel } from "../baton.js";
import { duration } from "../format.js";
import { plain } from "../markdown.js";
import { customerName } from "./conversation.js";
import { Offer } from "./offer.js";
import { Baton, Icon, clock, html } from "./ui.js";
import { LISTS as W } from "./words/lists.js";
import { KINDS, wrapUp } from "./words/shared.js";

export function Lists({ desk }) {
  const offers = desk.offers.list.value;
  const open = desk.offers.open;
  const [mine, wrap] = sorted(desk);
  return html`<nav class="lists" id="chats" aria-label="Chats" tabindex="-1">
    <div class="offers">${offers.map((one) => html`<${Offer} key=${one.offer.offer_id} desk=${desk} one=${one} first=${one === open[0]} />`)}</div>
    <${List} desk=${desk} title="Mine" rows=${mine} />
    ${wrap.length > 0 && html`<${List} desk=${desk} title="Wrap-up" rows=${wrap} />`}
    <${Parked} desk=${desk} />
    <${Waiting} desk=${desk} />
    ${mine.length + wrap.length + offers.length === 0 && html`<${Empty} desk=${desk} />`}
    <${Full} desk=${desk} used=${mine.length + wrap.length + open.length} />
  </nav>`;
}

/** Live ones by who waits longest, then those in wrap-up. Exported for the keys. */
export function sorted(desk) {
  const rows = desk.stints.list.value
    .map((stint) => ({ stint, conversation: desk.stints.conversations.get(stint.conversation_id) }))
    .filter((row) => row.conversation);
  for (const { conversation } of rows) conversation.version.value; // redraw when one of them changes
  const since = ({ stint, conversation }) => conversation.waitsSince?.at ?? `9${stint.started_at}`;
  const mine = rows.filter((row) => row.stint.state === "live").sort((a, b) => since(a).localeCompare(since(b)));
  return [mine, rows.filter((row) => row.stint.state === "wrap_up")];
}

function List({ desk, title, rows }) {
  const arrows = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const all = [...event.currentTarget.querySelectorAll("button.row")];
    const next = all[all.indexOf(document.activeElement) + step];
    next?.focus();
    event.preventDefault();
  };
  return html`<section onKeyDown=${arrows}>
    <h2 class="list-title">${title} <span class="count">${rows.length}</span></h2>
    ${rows.map((row, index) => html`<${Row} key=${row.stint.stint_id} desk=${desk} ...${row} stop=${index === 0} />`)}
  </section>`;
}

function Row({ desk, stint, conversation, stop }) {
  conversation.version.value;
  const { last, waitsSince, unread } = conversation;
  const chosen = desk.view.selected.value === conversation.id;
  const words = rowWords(desk, stint, conversation);
  return html`<button class="row" aria-current=${chosen} tabindex=${chosen || stop ? 0 : -1} onClick=${() => desk.select(conversation.id)}>
    <span class="row-top"><b class="row-name" dir="auto">${conversation.customer}</b><span class="quiet">${conversation.queue}</span><span class="grow"></span>
      ${stint.state === "wrap_up" ? html`<span class="tag">Wrap-up</span>` : waitsSince && html`<span class="waits"><${Icon} name="clock" size=${14} />${duration(clock.value + desk.session.skew - Date.parse(waitsSince.at))}</span>`}</span>
    <span class="row-line"><span class="last" dir="auto">${last ? `${last.own ? "You: " : ""}${plain(last.text)}` : " "}</span>${unread > 0 && html`<span class="badge">${unread}<span class="unseen"> unread</span></span>`}</span>
    <span class="row-holder"><${Baton} size="mini" model=${batonModel(conversation.baton, { now: clock.value + desk.session.skew, me: desk.me, size: "mini" })} /> ${words}</span>
  </button>`;
}

function rowWords(desk, stint, { holder, pending }) {
  if (stint.state === "wrap_up") return wrapUp(stint.until ? duration(stint.until - clock.value) : "");
  return W.hold(holder, desk.me) + (pending ? `, passing to ${pending.name}` : "");
}

/** What is on hold, by whom; a click goes on with it. */
function Parked({ desk }) {
  const held = desk.waiting.held.value;
  if (!held.length) return null;
  return html`<section>
    <h2 class="list-title">${W.parked.title} <span class="count">${held.length}</span></h2>
    ${held.map((one) => html`<div class="row is-parked" key=${one.hold_id}>
      <span class="row-top"><b class="row-name" dir="auto">${customerName(one.customer, one.conversation_id)}</b><span class="quiet">${desk.queueName(one.queue)}</span><span class="grow"></span>
        <button class="button is-small" onClick=${() => desk.acts.take("conversation.resume", { conversation_id: one.conversation_id })}>${W.parked.resume}</button></span>
      <span class="row-line quiet">${W.parked.by(one.agent.name, duration(clock.value + desk.session.skew - Date.parse(one.started_at)))}</span>
    </div>`)}
  </section>`;
}

/** What waits in our queues, read when it is opened, and again while it stays so. */
function Waiting({ desk }) {
  const waiting = desk.waiting.list.value;
  if (!desk.queues.value.length) return null;
  const toggled = (event) => {
    if (event.currentTarget.open) void desk.waiting.look();
    else desk.waiting.list.value = null;
  };
  return html`<details class="waiting" onToggle=${toggled}>
    <summary class="list-title">${W.waits.title} ${waiting && html`<span class="count">${waiting.length}</span>`}</summary>
    ${waiting && !waiting.length && html`<p class="quiet">${W.waits.none}</p>`}
    ${(waiting ?? []).map((one) => html`<div class="row is-parked" key=${one.handoff_id}>
      <span class="row-top"><b class="row-name" dir="auto">${customerName(one.customer, one.conversation_id)}</b><span class="quiet">${KINDS[one.kind] ?? one.kind}</span><span class="grow"></span>
        <button class="button is-small" onClick=${() => desk.acts.take("conversation.pick_up", { conversation_id: one.conversation_id, handoff_id: one.handoff_id })}>${W.waits.pickUp}</button></span>
      <span class="row-line quiet">${duration(one.waited_ms)}${one.offered_to ? `, ${W.waits.offered(one.offered_to.name)}` : ""}</span>
    </div>`)}
  </details>`;
}

function Empty({ desk }) {
  const away = desk.presence.value !== "available";
  const free = Math.max(0, (desk.capacity.value ?? 1) - desk.stints.list.value.length);
  return html`<div class="empty"><span class="nobody-sign" aria-hidden="true"></span><b>${W.emptyTitle}</b><span>${away ? W.emptyAway : W.emptyFree(free === 1 ? "1 slot" : `${free} slots`)}</span></div>`;
}

function Full({ desk, used }) {
  const capacity = desk.capacity.value;
  if (!capacity || used < capacity || desk.offers.list.value.length) return null;
  return html`<p class="full"><${Icon} name="pause" />${W.full(capacity)}</p>`;
}
