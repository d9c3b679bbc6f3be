// The bar: where we are, the search, our slots, our presence, what rings, help, and who we are.

import { Menu } from "./menu.js";
import { Avatar, Icon, html } from "./ui.js";
import { BAR as W } from "./words/bar.js";
import { DOOR } from "./words/door.js";

export function Bar({ desk }) {
  return html`<header class="bar">
    <a class="brand" href="#chats"><img src="/assets/icon.svg" alt="" width="32" height="16" /> <b>Batonpass</b></a>
    <span class="grow"></span>
    <${Slots} desk=${desk} />
    <${Presence} desk=${desk} />
    <${Me} desk=${desk} />
  </header>`;
}

/** Disc available, ring full, triangle away, cross offline; the word beside it. */
function Presence({ desk }) {
  const presence = desk.presence.value;
  const full = desk.slots.value.free === 0;
  const shape = desk.session.link.value !== "up" ? "offline" : presence !== "available" ? "away" : full ? "full" : "available";
  return html`<label class="presence">
    <span class=${`disc is-${shape}`} aria-hidden="true"></span>
    <span class="unseen">${W.presence}</span>
    <select value=${presence} onChange=${(event) => desk.setPresence(event.target.value)}>
      <option value="available">${W.available}</option>
      <option value="away">${W.away}</option>
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
  while (kinds.length < capacity) kinds.push("free");
  return html`<span class="slots" title=${W.slotsTitle}>
    <span class="dots" aria-hidden="true">${kinds.slice(0, 12).map((kind) => html`<i class=${`slot is-${kind}`}></i>`)}</span>
    <span class="slots-words">${W.slots(used + wrapUp, capacity, offered)}</span>
  </span>`;
}

function Me({ desk }) {
  const { auth, view } = desk;
  const { name } = desk.agent.value;
  const account = auth.me.value?.account;
  const items = [
    account && { text: DOOR.changePassword, icon: "lock", act: () => (view.dialog.value = "password") },
    account && ["supervisor", "admin"].includes(account.role) && { text: DOOR.toOperator, icon: "panel", act: () => location.assign("/operator") },
    account && { text: DOOR.signOutAll, icon: "out", act: () => desk.signOut({ everywhere: true }) },
    { text: DOOR.signOut, icon: "out", act: () => desk.signOut() },
  ].filter(Boolean);
  const head = html`<b dir="auto">${name}</b>${account && html`<span class="quiet">${account.name}</span>`}`;
  return html`<${Menu} look="me" label=${DOOR.signedInAs(name)} items=${items} head=${head}><${Avatar} kind="representative" name=${name} solid /></${Menu}>`;
}
