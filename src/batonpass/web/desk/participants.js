// Who is in the conversation, who was asked, and what its holder can do about it.

import { countdown, duration } from "../format.js";
import { towards } from "./conversation.js";
import { cancel, remove } from "./talks.js";
import { Avatar, Icon, clock, html } from "./ui.js";
import { ROLES } from "./words/shared.js";
import { TALK as T } from "./words/talk.js";

export function People({ desk, conversation }) {
  conversation.version.value;
  const stints = (conversation.details?.stints ?? []).filter((stint) => stint.state === "live");
  const asked = conversation.asked.filter((one) => one.state !== "accepted" && towards(one) && !stints.some((stint) => stint.agent.id === towards(one).id));
  const may = conversation.speaks;
  const holder = conversation.details?.holder; // after our part we hear who holds it, and no more
  return html`<section class="card"><h3>${T.people}${may && html`<button class="plain is-add" aria-haspopup="dialog" aria-label=${T.add} title=${T.add} onClick=${() => (desk.view.dialog.value = "invitation")}><${Icon} name="plus" /></button>`}</h3>
    <ul class="people">
      ${stints.map((stint) => html`<${Person} key=${stint.stint_id} desk=${desk} conversation=${conversation} stint=${stint} />`)}
      ${asked.map((one) => html`<${Asked} key=${one.handoff_id} desk=${desk} conversation=${conversation} handoff=${one} />`)}
      ${!stints.length && holder && html`<li><${Avatar} kind=${holder.kind} name=${holder.name} /><b dir="auto">${holder.name}</b><span class="quiet">${ROLES.holder}</span></li>`}
      ${!stints.length && !asked.length && !holder && html`<li class="quiet">${conversation.telling.story.closed || conversation.details?.status === "closed" ? T.nobodyClosed : T.nobody}</li>`}
    </ul>
  </section>`;
}

function Person({ desk, conversation, stint }) {
  conversation.version.value;
  const { agent, role } = stint;
  const me = agent.id === desk.me;
  return html`<li><${Avatar} kind=${agent.kind} name=${agent.name} solid=${me} /><b dir="auto">${me ? "You" : agent.name}</b><span class="quiet">${ROLES[role] ?? role}</span><span class="grow"></span>
    ${role === "observer" ? html`<span class="quiet" title="Unseen by the customer"><${Icon} name="ear" size=${14} /></span>` : html`<${Since} desk=${desk} at=${stint.started_at} />`}
    ${conversation.holds && !me && html`<button class="plain is-tiny" aria-label=${T.remove(agent.name)} title=${T.remove(agent.name)} onClick=${() => remove(desk, conversation, stint)}><${Icon} name="close" size=${12} /></button>`}</li>`;
}

const ASKED = { invitation: T.invitedRole, consultation: T.askedRole };

function Asked({ desk, conversation, handoff }) {
  const { kind, until } = handoff;
  const receiver = towards(handoff);
  return html`<li><${Avatar} kind=${receiver.kind} name=${receiver.name} dashed /><b dir="auto">${receiver.name}</b><span class="quiet">${ASKED[kind] ?? T.offered}</span><span class="grow"></span>
    ${until && html`<span class="quiet">${countdown(until - desk.session.skew - clock.value)}</span>`}
    ${conversation.speaks && html`<button class="plain is-tiny" aria-label=${T.callOff(receiver.name)} title=${T.callOff(receiver.name)} onClick=${() => cancel(desk, conversation, handoff)}><${Icon} name="close" size=${12} /></button>`}</li>`;
}

/** Alone, so that the clock draws nothing else. */
function Since({ desk, at }) {
  return html`<span class="quiet">${duration(clock.value + desk.session.skew - Date.parse(at))}</span>`;
}
