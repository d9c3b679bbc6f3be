// The bar: where we are, the search, our slots, our presence, what rings, help, and who we are.

import { Menu } from "./menu.js";
import { Search } from "./search.js";
import { Avatar, Icon, html } from "./ui.js";
import { ALERTS } from "./words/alerts.js";
import { BAR as W } from "./words/bar.js";
import { DOOR } from "./words/door.js";
import { HELP } from "./words/help.js";

const DOTS = 12; // of more slots the figure alone speaks

export function Bar({ desk }) {
  return html`<header class="bar">
    <a class="brand" href="#chats"><img src="/assets/icon.svg" alt="" width="32" height="16" /> <b>Batonpass</b><span class="brand-place" dir="auto">${desk.place.value}</span></a>
    <${Search} desk=${desk} />
    <span class="grow"></span>
    <${Slots} desk=${desk} />
    <${Presence} desk=${desk} />
    <${Bell} desk=${desk} />
    <button class="plain not-phone" title=${HELP.label} aria-label=${HELP.label} aria-haspopup="dialog" onClick=${() => (desk.view.dialog.value = "help")}><${Icon} name="why" size=${18} /></button>
    <${Me} desk=${desk} />
  </header>`;
}

/** Disc available, ring full, triangle away, cross offline; the word beside it. */
function Presence({ desk }) {
  const presence = desk.presence.value;
  const full = desk.slots.value.free === 0;
  const shape = desk.session.link.value !== "up" ? "offline" : presence !== "available" ? "away" : full ? "full" : "available";
  const down = desk.session.link.value !== "up";
  return html`<label class="presence">
    <span class=${`disc is-${shape}`} aria-hidden="true"></span>
    <span class="unseen">${W.presence}</span>
    <select value=${presence} onChange=${(event) => desk.setPresence(event.target.value)}>
      <option value="available">${down && presence === "available" ? W.offline : W.available}</option>
      <option value="away">${down && presence === "away" ? W.offline : W.away}</option>
      ${presence === "missed" && html`<option value="missed" disabled>${W.missed}</option>`}
    </select>
    <${Icon} name="down" size=${14} />
  </label>`;
}

/** Filled used, half wrap-up, dashed offered, empty free. */
function Slots({ desk }) {
  const { capacity, used, wrapUp, offered } = desk.slots.value;
  if (!capacity) return null;
  const kinds = [["used", used], ["half", wrapUp], ["offered", offered]].flatMap(([kind, count]) => Array(count).fill(kind));
  while (kinds.length < capacity && capacity <= DOTS) kinds.push("free");
  return html`<span class="slots" title=${W.slotsTitle}>
    ${capacity <= DOTS && html`<span class="dots" aria-hidden="true">${kinds.map((kind) => html`<i class=${`slot is-${kind}`}></i>`)}</span>`}
    <span class="slots-words">${W.slots(used + wrapUp, capacity, offered)}</span>
  </span>`;
}

const phone = () => matchMedia("(max-width: 719px)").matches;

/** What rings, and whether: nobody is asked unasked. */
function Bell({ desk }) {
  const { alerts } = desk;
  const sound = alerts.sound.value;
  const notify = alerts.notify.value;
  const permission = alerts.permission.value;
  const why = { denied: ALERTS.denied, unsupported: ALERTS.unsupported }[permission];
  const items = [
    { text: ALERTS.sound, hint: ALERTS.soundHint, checked: sound, act: () => alerts.setSound(!sound) },
    { text: ALERTS.notify, hint: permission === "default" ? ALERTS.ask : ALERTS.notifyHint, why, checked: notify, act: () => alerts.setNotify(!notify) },
  ];
  return html`<${Menu} label=${ALERTS.label} items=${items}><${Icon} name=${sound || notify ? "bell" : "silent"} size=${18} /></${Menu}>`;
}

function Me({ desk }) {
  const { auth, view } = desk;
  const { name } = desk.agent.value;
  const account = auth.me.value?.account;
  const items = [
    phone() && { text: ALERTS.sound, checked: desk.alerts.sound.value, act: () => desk.alerts.setSound(!desk.alerts.sound.value) },
    account && { text: DOOR.changePassword, icon: "lock", act: () => (view.dialog.value = "password") },
    ["supervisor", "admin"].includes(auth.me.value?.role) && { text: DOOR.toOperator, icon: "panel", act: () => location.assign("/operator") },
    account && { text: DOOR.signOutAll, icon: "out", act: () => desk.signOut({ everywhere: true }) },
    { text: DOOR.signOut, icon: "out", act: () => desk.signOut() },
  ].filter(Boolean);
  const head = html`<b dir="auto">${name}</b>${account && html`<span class="quiet">${account.name}</span>`}`;
  return html`<${Menu} look="me" label=${DOOR.signedInAs(name)} items=${items} head=${head}><${Avatar} kind="representative" name=${name} solid /></${Menu}>`;
}
