// What is around the timeline: the summary with its sources, the giver's note, who is here, the context.

import { duration } from "../format.js";
import { reason } from "./offer.js";
import { Avatar, Icon, clock, html } from "./ui.js";
import { DETAILS as W } from "./words/details.js";
import { ROLES } from "./words/shared.js";

export function Details({ desk, conversation }) {
  conversation.version.value;
  const { details, summary, note } = conversation;
  const variables = Object.entries(details?.variables ?? {});
  return html`<section class="details" aria-label="Details">
    ${summary && html`<${Summary} handoff=${summary} />`}
    ${note && html`<section class="private is-note"><p class="label"><${Icon} name="lock" size=${14} />${W.noteFrom(whoGave(note, desk))}</p><p dir="auto">${note.note}</p></section>`}
    <${People} desk=${desk} conversation=${conversation} />
    ${variables.length > 0 && html`<section class="card"><h3>Context <span class="quiet">${variables.length}</span></h3>
      <dl class="facts">${variables.map(([name, value]) => html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`)}</dl></section>`}
    ${!summary && !note && !variables.length && html`<p class="quiet">Nothing is known yet beyond the timeline.</p>`}
  </section>`;
}

function whoGave(handoff, desk) {
  if (!handoff.giver) return "the queue";
  return handoff.giver.id === desk.me ? "you" : handoff.giver.name;
}

export function Next({ conversation }) {
  const next = conversation.summary?.summary?.next_step;
  return next ? html`<p class="next" dir="auto"><span>Next</span><b>${next}</b></p>` : null;
}

function Summary({ handoff }) {
  const { summary } = handoff;
  const tried = summary.steps.map((step) => `${step.by}: ${step.text}`).join(" ");
  const rows = [
    [handoff.giver?.name ?? "Giver", handoff.summary_text],
    ["Issue", summary.issue || summary.prose],
    ["Reason", summary.transfer_reason || reason(handoff.reason)],
    ["Tried", tried],
    ["Outcome", W.outcomes[summary.outcome]],
  ].filter(([, value]) => value);
  return html`<section class="card summary">
    ${summary.next_step && html`<p class="next" dir="auto"><span>Next</span><b>${summary.next_step}</b></p>`}
    ${rows.length > 0 && html`<dl class="told">${rows.map(([term, value]) => html`<div><dt>${term}</dt><dd dir="auto">${value}</dd></div>`)}</dl>`}
    ${summary.facts.length > 0 && html`<dl class="facts">${summary.facts.map((fact) => html`<div><dt>${fact.name}</dt><dd><span dir="auto">${fact.value}</span><a class="source" href=${`#e-${fact.seq}`} onClick=${show}>#${fact.seq}<span class="unseen"> for ${fact.name}, in the timeline</span></a></dd></div>`)}</dl>`}
    <p class="maker"><${Icon} name="pen" size=${14} />${maker(summary)}</p>
  </section>`;
}

/** Who made it, in words; a model names its version. */
function maker(summary) {
  if (summary.status !== "ok" || summary.maker.name.includes("rules")) return W.maker[summary.status] ?? W.maker.ok;
  return `Model ${summary.maker.model || summary.maker.version}`;
}

function show(event) {
  event.preventDefault();
  const target = document.getElementById(event.currentTarget.getAttribute("href").slice(1));
  target?.scrollIntoView({ block: "center" });
  target?.classList.add("is-shown");
  setTimeout(() => target?.classList.remove("is-shown"), 1500);
}

function People({ desk, conversation }) {
  const stints = (conversation.details?.stints ?? []).filter((stint) => stint.state === "live");
  const shown = stints.length ? stints : [];
  const now = clock.value + desk.session.skew;
  return html`<section class="card"><h3>In this conversation</h3>
    <ul class="people">
      ${shown.map((stint) => html`<li><${Avatar} kind=${stint.agent.kind} name=${stint.agent.name} solid=${stint.agent.id === desk.me} /><b>${stint.agent.id === desk.me ? "You" : stint.agent.name}</b><span class="quiet">${ROLES[stint.role] ?? stint.role}</span><span class="grow"></span><span class="quiet">${duration(now - Date.parse(stint.started_at))}</span></li>`)}
      ${!shown.length && html`<li class="quiet">${conversation.told.story.closed ? "Nobody; it is closed." : "Nobody holds the baton now."}</li>`}
    </ul>
  </section>`;
}
