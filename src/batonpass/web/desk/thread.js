// The middle: who holds the baton, what to do with it, the timeline, the composer.

import { batonModel } from "../baton.js";
import { Composer } from "./composer.js";
import { Next } from "./details.js";
import { Timeline } from "./timeline.js";
import { Baton, Icon, clock, html } from "./ui.js";
import { TALK as W } from "./words/conversation.js";

export function Thread({ desk, conversation }) {
  if (!conversation) {
    return html`<section class="thread is-empty" id="conversation" tabindex="-1" aria-label="Conversation"><div class="empty"><span class="nobody-sign" aria-hidden="true"></span><b>${W.pick}</b><span>${W.pickWhy}</span></div></section>`;
  }
  conversation.version.value;
  const model = batonModel(conversation.baton, { now: clock.value + desk.session.skew, me: desk.me });
  return html`<section class="thread" id="conversation" tabindex="-1" aria-label="Conversation">
    <header class="thread-head">
      <button class="plain only-phone" aria-label="Back to the chats" onClick=${() => desk.select(null)}><${Icon} name="left" /></button>
      <div class="title"><h2 dir="auto">${conversation.customer}</h2><p class="quiet">${about(conversation)}</p></div>
      <${Actions} desk=${desk} conversation=${conversation} />
    </header>
    <div class="thread-baton"><div class="baton-room"><${Baton} model=${model} /></div><button class="button is-small not-wide" onClick=${() => details(desk)}>Details <${Icon} name="right" size=${14} /></button></div>
    <div class="pinned"><${Next} conversation=${conversation} /></div>
    <${Timeline} desk=${desk} conversation=${conversation} />
    <${Composer} desk=${desk} conversation=${conversation} />
  </section>`;
}

export function details(desk) {
  if (matchMedia("(max-width: 719px)").matches) desk.view.pane.value = "details";
  else desk.view.drawer.value = !desk.view.drawer.value;
}

function about({ queue, details }) {
  const topic = details?.variables?.topic;
  return [queue, topic?.toLowerCase() === queue.toLowerCase() ? "" : topic].filter(Boolean).join(", ");
}

function Actions({ desk, conversation }) {
  if (conversation.live && !conversation.holds) {
    return html`<div class="thread-actions"><button class="button" onClick=${() => desk.acts.leave(conversation)}><${Icon} name="back" />Leave</button></div>`;
  }
  if (conversation.live) {
    const others = conversation.details?.stints?.some((stint) => stint.state === "live" && stint.role === "helper") ?? false;
    return html`<div class="thread-actions">
      ${!others && html`<button class="button" onClick=${() => desk.acts.hold(conversation)}><${Icon} name="pause" />${W.hold}</button>`}
      <button class="button" onClick=${() => (desk.view.dialog.value = "handBack")} title="Alt B"><${Icon} name="back" />Hand back</button>
      ${others
        ? html`<button class="button" onClick=${() => desk.acts.leave(conversation)}><${Icon} name="back" />Leave</button>`
        : html`<button class="button" onClick=${() => desk.acts.resolve(conversation)} title="Alt E"><${Icon} name="accept" />Resolve</button>`}
    </div>`;
  }
  if (conversation.wrappingUp) {
    return html`<div class="thread-actions"><button class="button is-main" onClick=${() => desk.acts.finish(conversation)}><${Icon} name="accept" />Finish wrap-up</button></div>`;
  }
  return null;
}
