// The bar: where we are, our slots, our presence.

import { Avatar, Icon, html } from "./ui.js";

const PRESENCE = { available: "Available", away: "Away", missed: "Away, missed one" };

export function Bar({ desk }) {
  const presence = desk.presence.value;
  const choose = (event) => desk.setPresence(event.target.value);
  return html`<header class="bar">
    <a class="brand" href="#chats"><img src="/assets/icon.svg" alt="" width="32" height="16" /> <b>Batonpass</b></a>
    <span class="grow"></span>
    <${Slots} desk=${desk} />
    <label class="presence">
      <span class=${`disc is-${presence === "available" ? "available" : "away"}`} aria-hidden="true"></span>
      <span class="unseen">Presence</span>
      <select value=${presence} onChange=${choose}>
        <option value="available">${PRESENCE.available}</option>
        <option value="away">${PRESENCE.away}</option>
        ${presence === "missed" && html`<option value="missed" disabled>${PRESENCE.missed}</option>`}
      </select>
      <${Icon} name="down" size=${14} />
    </label>
    <details class="me">
      <summary><${Avatar} kind="representative" name=${desk.agent.value.name} solid /><span class="unseen">Signed in as ${desk.agent.value.name}</span></summary>
      <div class="menu"><b>${desk.agent.value.name}</b><button class="button" onClick=${() => desk.session.signOut()}>Sign out</button></div>
    </details>
  </header>`;
}

/** Filled used, half wrap-up, dashed offered, empty free. */
function Slots({ desk }) {
  const capacity = desk.capacity.value;
  if (!capacity) return null;
  const stints = desk.stints.list.value.filter((stint) => stint.role === "holder" || stint.role === "helper");
  const wrap = stints.filter((stint) => stint.state === "wrap_up").length;
  const used = stints.length - wrap;
  const offered = desk.offers.open.length;
  const kinds = [["used", used], ["half", wrap], ["offered", offered]].flatMap(([kind, count]) => Array(count).fill(kind));
  while (kinds.length < capacity) kinds.push("free");
  return html`<span class="slots">
    <span class="dots" aria-hidden="true">${kinds.slice(0, 12).map((kind) => html`<i class=${`slot is-${kind}`}></i>`)}</span>
    <span>${stints.length + offered} of ${capacity} slots${offered ? `, ${offered} offered` : ""}</span>
  </span>`;
}
