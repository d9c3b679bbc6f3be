// What is around the timeline: the summary with its sources, the giver's note, who is here, the context, earlier chats.

import { useState } from "preact/hooks";
import { Earlier } from "./history.js";
import { reason } from "./offer.js";
import { People } from "./participants.js";
import { card, fieldsOf, parseText } from "./summarytext.js";
import { flag } from "./talks.js";
import { HeadBaton, PhoneActions } from "./thread.js";
import { reveal } from "./timeline.js";
import { Icon, html } from "./ui.js";
import { TALK as T } from "./words/talk.js";

export function Details({ desk, conversation }) {
  conversation.version.value;
  const { details, summary, note } = conversation;
  const variables = Object.entries(details?.variables ?? {});
  return html`<section class="details" aria-label="Details">
    <div class="details-baton"><${HeadBaton} desk=${desk} conversation=${conversation} /></div>
    ${summary && html`<${Summary} key=${summary.handoff_id} desk=${desk} conversation=${conversation} handoff=${summary} />`}
    ${note && html`<section class="private is-note"><p class="label"><${Icon} name="lock" size=${14} />${T.noteFrom(whoGave(note, desk))}</p><p dir="auto">${note.note}</p></section>`}
    <${People} desk=${desk} conversation=${conversation} />
    ${variables.length > 0 && html`<section class="card"><h3>${T.context} <span class="quiet">${variables.length}</span></h3>
      <dl class="facts">${variables.map(([name, value]) => html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`)}</dl></section>`}
    <${Earlier} key=${`earlier:${conversation.id}`} desk=${desk} conversation=${conversation} />
    ${!summary && !note && !variables.length && html`<p class="quiet">${T.nothingYet}</p>`}
    <${PhoneActions} desk=${desk} conversation=${conversation} />
  </section>`;
}

function whoGave(handoff, desk) {
  if (!handoff.giver) return "the queue";
  return handoff.giver.id === desk.me ? "you" : handoff.giver.name;
}

/** What the summary says is next: pinned above the timeline when the details are a drawer. */
export function Next({ conversation }) {
  conversation.version.value;
  const next = shownFields(conversation.summary)?.next;
  return next ? html`<p class="next" dir="auto"><span>${T.next}</span><b>${next}</b></p>` : null;
}

/** The giver's own text where it has our form, else the made summary. */
function shownFields(handoff) {
  if (!handoff) return null;
  const { summary_text: text, summary } = handoff;
  return (text && parseText(text, summary)) || (summary ? fieldsOf(summary, reason(handoff.reason)) : null);
}

function Summary({ desk, conversation, handoff }) {
  conversation.version.value;
  const [original, setOriginal] = useState(false);
  const [flagging, setFlagging] = useState(false);
  const { summary, summary_text: text, giver } = handoff;
  const edited = Boolean(text);
  const made = summary ? fieldsOf(summary, reason(handoff.reason)) : null;
  const own = edited ? parseText(text, summary) : null;
  const fields = edited && !original ? own : made;
  const shown = fields && card(fields, summary?.outcome);
  const by = giver?.id === desk.me ? "you" : (giver?.name ?? "the giver");
  return html`<section class="card summary" aria-label="Summary">
    ${shown?.next && html`<p class="next" dir="auto"><span>${T.next}</span><b>${shown.next}</b></p>`}
    ${edited && !original && !own && html`<p class="told own-words" dir="auto">${text}</p>`}
    ${shown?.rows.length > 0 && html`<dl class="told">${shown.rows.map(([term, value]) => html`<div><dt>${term}</dt><dd dir="auto">${value}</dd></div>`)}</dl>`}
    ${shown?.facts.length > 0 && html`<dl class="facts">${shown.facts.map((fact) => html`<${Fact} fact=${fact} conversation=${conversation} />`)}</dl>`}
    <p class="maker"><${Icon} name=${edited ? "pen" : "clock"} size=${14} /><span class="grow">${maker(handoff, edited && by)}</span>
      ${edited && made && html`<button class="link" aria-pressed=${original} onClick=${() => setOriginal(!original)}>${original ? T.editedVersion : T.original}</button>`}
      ${handoff.summary_flagged ? html`<span class="tag">${T.flagged2}</span>` : conversation.live && html`<button class="plain is-tiny" aria-expanded=${flagging} aria-label=${T.flag} title=${T.flag} onClick=${() => setFlagging(!flagging)}><${Icon} name="flag" size=${14} /></button>`}</p>
    ${flagging && !handoff.summary_flagged && html`<${Flag} desk=${desk} conversation=${conversation} handoff=${handoff} done=${() => setFlagging(false)} />`}
  </section>`;
}

function Fact({ fact, conversation }) {
  const show = (event) => {
    event.preventDefault();
    void reveal(conversation, fact.seq);
  };
  const source = fact.seq ? html`<a class="source" href=${`#e-${fact.seq}`} onClick=${show}>#${fact.seq}<span class="unseen"> for ${fact.name}, in the timeline</span></a>` : "";
  return html`<div><dt>${fact.name}</dt><dd><span dir="auto">${fact.value}</span>${source}</dd></div>`;
}

function Flag({ desk, conversation, handoff, done }) {
  const [why, setWhy] = useState("");
  const go = (event) => {
    event.preventDefault();
    done();
    void flag(desk, conversation, handoff, why.trim());
  };
  return html`<form class="flag" onSubmit=${go}><label class="field">${T.flagWhy}<input maxlength="500" value=${why} onInput=${(event) => setWhy(event.target.value)} ref=${(node) => node?.focus()} /></label><button class="button" type="submit">${T.flag}</button></form>`;
}

/** Who made it, in words; a model names its version, and whoever wrote it anew is named too. */
export function maker({ summary, model_pending: pending }, editor) {
  const made = !summary ? "" : madeBy(summary, pending);
  return editor ? T.madeBy.edited(made || T.madeBy.rules, editor) : made;
}

function madeBy({ status, maker: by }, pending) {
  if (status === "fallback") return T.madeBy.failed;
  if (status === "too_short") return T.madeBy.short;
  if (status === "failed") return T.madeBy.none;
  if (!by.name.includes("rules")) return T.madeBy.model(by.model || by.version);
  return pending ? T.madeBy.pending : T.madeBy.rules;
}
