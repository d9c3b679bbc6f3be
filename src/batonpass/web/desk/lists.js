// The left side: tabs, offers, and the list that is chosen. Who waits longest for an answer comes first.

import { useRef } from "preact/hooks";
import { batonModel } from "../baton.js";
import { duration, plural } from "../format.js";
import { order, rowView, waitsSince } from "./listrow.js";
import { Offer } from "./offer.js";
import { SCOPES } from "./state/lists.js";
import { Baton, Icon, clock, html } from "./ui.js";
import { Windowed } from "./windowed.js";
import { LISTS as W } from "./words/lists.js";
import { customerName } from "./words/shared.js";

export function Lists({ desk }) {
  const offers = desk.offers.list.value;
  const open = desk.offers.open;
  return html`<nav class="lists" id="chats" aria-label=${W.label} tabindex="-1">
    <${Tabs} desk=${desk} />
    <div class="offers">${offers.map((one) => html`<${Offer} key=${one.offer.offer_id} desk=${desk} one=${one} first=${one === open[0]} />`)}</div>
    <${Refusal} desk=${desk} />
    <div class="list" role="tabpanel" id="list" aria-labelledby=${`tab-${desk.lists.shown.value}`}><${Shown} desk=${desk} /></div>
    <${Foot} desk=${desk} />
  </nav>`;
}

function Tabs({ desk }) {
  const shown = desk.lists.shown.value;
  const counts = { ...desk.lists.counts.value, mine: desk.stints.list.value.length };
  const key = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.altKey) return;
    event.preventDefault();
    const turn = getComputedStyle(event.currentTarget).direction === "rtl" ? -step : step;
    const to = SCOPES[(SCOPES.indexOf(shown) + turn + SCOPES.length) % SCOPES.length];
    desk.lists.show(to);
    document.getElementById(`tab-${to}`)?.focus();
  };
  return html`<div class="list-tabs" role="tablist" aria-label=${W.label} onKeyDown=${key}>
    ${SCOPES.map((scope) => html`<button role="tab" id=${`tab-${scope}`} aria-selected=${scope === shown} aria-controls="list" tabindex=${scope === shown ? 0 : -1} onClick=${() => desk.lists.show(scope)}>
      ${W.tabs[scope]} <span class=${scope === "queue" && counts.queue ? "badge" : "count"}>${counts[scope]}</span></button>`)}
  </div>`;
}

function Refusal({ desk }) {
  const { refusal } = desk.lists;
  return refusal.value && html`<div class="banner is-refusal in-list" role="alert"><${Icon} name="alert" /><span>${refusal.value}</span><button class="plain" aria-label=${W.dismiss} onClick=${() => (refusal.value = null)}><${Icon} name="close" /></button></div>`;
}

function Shown({ desk }) {
  const scope = desk.lists.shown.value;
  if (scope === "mine") return html`<${Mine} desk=${desk} />`;
  const { rows, problem } = desk.lists;
  if (problem.value) return html`<div class="empty" role="alert"><b>${W.failed}</b><span>${problem.value}</span><button class="button" onClick=${() => desk.lists.ask()}>${W.again}</button></div>`;
  if (!rows.value) return html`<${Loading} />`;
  if (!rows.value.length) return html`<${Empty} desk=${desk} scope=${scope} />`;
  const shown = rows.value.map((row) => ({ id: row.conversation_id, row, conversation: desk.stints.conversations.get(row.conversation_id) }));
  return html`<${Rows} desk=${desk} scope=${scope} rows=${shown} />`;
}

function Mine({ desk }) {
  const rows = mine(desk);
  if (!rows.length) return desk.offers.list.value.length ? null : html`<${Empty} desk=${desk} scope="mine" />`;
  return html`<${Rows} desk=${desk} scope="mine" rows=${rows} />`;
}

/** Our chats in the order of the list. Exported for the keys. */
export function mine(desk) {
  const rows = desk.stints.list.value.map((stint) => {
    const conversation = desk.stints.conversations.get(stint.conversation_id) ?? null;
    conversation?.version.value; // draw again when one of them changes
    const row = stint.row ?? null;
    return { id: stint.conversation_id, stint, row, conversation, since: waitsSince({ row, conversation: conversation?.telling.story.parts.length ? conversation : null }) };
  });
  return order(rows);
}

function Rows({ desk, scope, rows }) {
  const settled = useSettled(rows);
  const draw = (row, { stop }) => html`<${Row} desk=${desk} scope=${scope} known=${row} stop=${stop} />`;
  return html`<div class="rows-room" onPointerEnter=${settled.hold} onPointerLeave=${settled.release}>
    <${Windowed} rows=${settled.rows} draw=${draw} label=${W.tabs[scope]} chosen=${desk.view.selected.value} atEnd=${() => desk.lists.further()} />
  </div>`;
}

/** While the pointer is over the rows they keep their order, so that none moves under it; new ones come below. */
function useSettled(rows) {
  const kept = useRef(null);
  const places = useRef([]);
  if (kept.current) {
    const by = new Map(rows.map((row) => [row.id, row]));
    const old = kept.current.filter((id) => by.has(id));
    const seen = new Set(old);
    rows = [...old.map((id) => by.get(id)), ...rows.filter((row) => !seen.has(row.id))];
    kept.current = rows.map((row) => row.id);
  }
  places.current = rows.map((row) => row.id);
  return { rows, hold: (event) => event.pointerType === "mouse" && (kept.current = places.current), release: () => (kept.current = null) };
}

function Row({ desk, scope, known, stop }) {
  const { id, row, stint, conversation } = known;
  conversation?.version.value;
  const now = clock.value + desk.session.skew;
  const view = rowView(known, { now, local: clock.value, me: desk.me });
  const chosen = desk.view.selected.value === id;
  const model = batonModel(view.baton, { now, me: desk.me, size: "mini" });
  const unread = desk.unread.of(id);
  const draft = !chosen && desk.drafts.chats.value.has(id);
  const look = `row${chosen ? " is-chosen" : ""}${unread ? " is-unread" : ""}${stint?.state === "wrap_up" ? " is-wrap" : ""}`;
  return html`<div class=${look}>
    <button class="row-open" aria-current=${chosen} tabindex=${stop ? 0 : -1} onClick=${() => desk.select(id)}>
      <span class="row-top"><b class="row-name" dir="auto">${name(known)}</b> <span class="row-queue">${queue(known, desk)}</span><span class="grow"></span> <${Wait} view=${view} now=${now} /></span>
      <span class="row-line">${draft && html`<span class="row-draft"><${Icon} name="pen" size=${12} />${W.draft}</span> `}<span class="last" dir="auto">${view.last ? view.last.who + view.last.text : "\u00a0"}</span>${unread > 0 && html` <span class="badge">${unread}<span class="unseen"> ${W.unread}</span></span>`}</span>
      <span class="row-holder"><${Baton} size="mini" model=${model} /> <span class="row-words">${view.words}</span></span>
    </button>
    <${RowAct} desk=${desk} scope=${scope} row=${row} stop=${stop} />
  </div>`;
}

function name({ id, row, conversation }) {
  return conversation?.details || conversation?.customerHint ? conversation.customer : customerName(row?.customer, id);
}

function queue({ row, conversation }, desk) {
  return row?.queue || desk.queueName(row?.queue_id ?? "") || conversation?.queue || "";
}

function Wait({ view, now }) {
  if (view.since !== null) return html`<span class=${`waits${view.late ? " is-late" : ""}`}><${Icon} name="clock" size=${14} /><span class="unseen">${W.waitsFor} </span>${duration(now - view.since)}</span>`;
  return view.tag && html`<span class="tag">${view.tag}</span>`;
}

/** What may be done from here: pick up what waits, resume what is on hold. */
function RowAct({ desk, scope, row, stop }) {
  if (scope === "mine" || !row) return null;
  const may = row.may ?? [];
  const id = row.conversation_id;
  const none = desk.slots.value.free === 0 && desk.offers.open.every((one) => one.offer.conversation_id !== id);
  const act = may.includes("resume") ? ["conversation.resume", W.resume] : may.includes("pick_up") ? ["conversation.pick_up", W.pickUp] : null;
  if (!act) return null;
  const [event, words] = act;
  const press = () => (none ? (desk.lists.refusal.value = W.noSlot) : desk.acts.take(event, id, row));
  return html`<button class="button is-row" tabindex=${stop ? 0 : -1} aria-disabled=${none} title=${none ? W.noSlot : undefined} onClick=${press}>${words}<span class="unseen"> ${customerName(row.customer, id)}</span></button>`;
}

function Loading() {
  return html`<div class="loading" role="status" aria-label="Loading">${[0, 1, 2, 3].map((each) => html`<p key=${each}><i></i><i></i><i></i></p>`)}</div>`;
}

function Empty({ desk, scope }) {
  const [title, why] = W.empty[scope];
  const { free } = desk.slots.value;
  const rings = desk.presence.value !== "available" ? W.emptyAway : free === null ? W.emptyFreely : W.emptyFree(plural(free, "slot"));
  return html`<div class="empty"><span class="nobody-sign" aria-hidden="true"></span><b>${title}</b><span>${why ?? rings}</span></div>`;
}

/** Why nothing is offered, and the way back. */
function Foot({ desk }) {
  const { capacity, free, offered } = desk.slots.value;
  if (desk.presence.value !== "available" && desk.session.link.value === "up") {
    const words = desk.presence.value === "missed" ? W.missed : W.away;
    return html`<div class="list-foot"><span class="disc is-away" aria-hidden="true"></span><span class="grow">${words}</span><button class="button" onClick=${() => desk.setPresence("available")}>${W.comeBack}</button></div>`;
  }
  if (free !== 0 || offered) return null;
  return html`<p class="list-foot"><${Icon} name="pause" />${W.full(capacity)}</p>`;
}
