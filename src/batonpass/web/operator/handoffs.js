// Hand-offs in flight, all queues, the longest first; a row opens the trace of its decision.

import { clock, html } from "../desk/ui.js";
import { CustomerLink, Empty, Head, State, StoryBaton, kindOf } from "./parts.js";
import { long } from "./said.js";

const LATE_MS = 120_000;

export function HandOffs({ operator }) {
  return html`<${Head} title="Hand-offs in flight" about="All queues, longest first. A row opens why it goes where it goes." />
    <${InFlight} operator=${operator} bare />`;
}

/** The list; `most` rows of it, with its own head unless `bare`. */
export function InFlight({ operator, most = 200, bare = false }) {
  const { floor } = operator;
  const found = floor.conversations.value
    .flatMap((conversation) => conversation.pending.map((pending) => ({ conversation, pending })))
    .sort((a, b) => (a.pending.created_at < b.pending.created_at ? -1 : 1));
  const shown = found.slice(0, most);
  return html`<section class="flight" aria-labelledby=${bare ? undefined : "flight-title"} aria-label=${bare ? "Hand-offs" : undefined}>
    ${!bare && html`<div class="section-head"><h2 id="flight-title">Hand-offs in flight</h2><p class="quiet">${found.length > shown.length ? html`${shown.length} of <a href="#/handoffs">${found.length}</a>, all queues, longest first` : "All queues, longest first"}</p></div>`}
    ${shown.length === 0 && html`<${Empty} title="Nothing is on its way">A chat that is passed on stands here until somebody has it.<//>`}
    <ul class="rows">${shown.map((one) => html`<${Flight} key=${one.pending.handoff_id} operator=${operator} ...${one} />`)}</ul>
  </section>`;
}

function Flight({ operator, conversation, pending }) {
  const id = conversation.conversation_id;
  const open = operator.trace.value?.id === id;
  const waited = operator.floor.now(clock.value) - Date.parse(conversation.waiting_since ?? pending.created_at);
  const late = pending.state === "queued" && waited > LATE_MS;
  return html`<li class=${`flight-row${open ? " is-open" : ""}`}>
    <${CustomerLink} conversation=${conversation} />
    <${StoryBaton} floor=${operator.floor} conversation=${conversation} />
    <span class="flight-kind">${kindOf(pending)}${pending.workflow && html` <span class="quiet" dir="auto">${pending.workflow.name}${pending.workflow.step ? `, step ${pending.workflow.step}` : ""}</span>`}</span>
    <${State} pending=${pending} late=${late} waited=${`over ${long(Math.floor(waited / 60_000) * 60_000)}`} />
    <button class="button is-small" aria-expanded=${open} aria-label=${`Why ${kindOf(pending).toLowerCase()} of ${conversation.customer || id}`} onClick=${() => operator.explain(id)}>Why</button>
  </li>`;
}
