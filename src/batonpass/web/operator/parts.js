// Small parts that several pages of the operator's share.

import { useEffect, useRef, useState } from "preact/hooks";
import { batonModel } from "../baton.js";
import { Baton, Icon, clock, html } from "../desk/ui.js";
import { KINDS, STATES, customer } from "./said.js";

/** The head of a page: title, a quiet line, and what can be done. */
export function Head({ title, about, children }) {
  return html`<header class="head">
    <div class="head-title"><h1 dir="auto">${title}</h1>${about && html`<p class="quiet">${about}</p>`}</div>
    <div class="head-acts">${children}</div>
  </header>`;
}

/** What was refused, in the server's words, with the keys it names. */
export function Refusal({ problem, lead = "", drop }) {
  if (!problem) return null;
  const many = problem.errors?.length ?? 0;
  const words = many ? (many === 1 ? "One thing is wrong:" : `${many} things are wrong:`) : problem.message;
  return html`<div class="banner is-refusal" role="alert">
    <${Icon} name="alert" />
    <span>${/^Not /.test(words) ? "" : lead} ${words}
      ${many > 0 && html`<ul class="errors">${problem.errors.map(({ field, problem: what }) => html`<li><code>${field}</code> ${what}</li>`)}</ul>`}
    </span>
    ${drop && html`<button class="plain" aria-label="Dismiss" onClick=${drop}><${Icon} name="close" size=${14} /></button>`}
  </div>`;
}

export function Empty({ title, children }) {
  return html`<div class="empty"><span class="nobody-sign" aria-hidden="true"></span><b>${title}</b><span>${children}</span></div>`;
}

/** Grey lines, after a moment, for what is on its way. */
export function Loading() {
  return html`<div class="loading" role="status" aria-label="Loading"><i></i><i></i><i></i></div>`;
}

/** Ask once for each key, and again after `every` ms: `[found, problem, again]`. */
export function useAsked(ask, keys, every = 0) {
  const [state, setState] = useState({ found: null, problem: null });
  const turn = useRef(0);
  const again = () => {
    const mine = ++turn.current;
    const keep = (next) => mine === turn.current && setState(next);
    return ask().then((found) => keep({ found, problem: null }), (problem) => keep((last) => ({ found: last.found, problem })));
  };
  useEffect(() => {
    setState({ found: null, problem: null });
    again();
    const timer = every ? setInterval(() => document.hidden || again(), every) : null;
    return () => {
      turn.current += 1;
      clearInterval(timer);
    };
  }, keys);
  return [state.found, state.problem, again];
}

/** A conversation's baton, from what supervisors see of it. */
export function StoryBaton({ floor, conversation, size = "bar" }) {
  const now = floor.now(clock.value);
  const pending = conversation.pending[0] ?? null;
  const model = batonModel(
    { parts: conversation.held ? heldParts(conversation) : conversation.baton, pending: pending && receiver(pending), closed: conversation.status === "closed" },
    { now, me: floor.me.value?.id, size, limit: size === "mini" ? 4 : 5 },
  );
  return html`<div class="baton-room"><${Baton} model=${model} size=${size} /></div>`;
}

/** On hold: nobody holds it, and that part is grey. */
function heldParts({ baton }) {
  const last = baton[baton.length - 1];
  return last?.kind === "nobody" ? [...baton.slice(0, -1), { ...last, kind: "held", name: "On hold" }] : baton;
}

function receiver({ offered_to: agent, offered_until: until, seeks, created_at: from, target }) {
  if (agent) return { kind: agent.kind, name: agent.name, agent_id: agent.id, started_at: from, deadline_at: until };
  const named = target.startsWith("agent:") ? target.slice(6) : null;
  if (named) return { kind: seeks === "bot" ? "bot" : "representative", name: named };
  return seeks === "bot" ? { kind: "bot", name: "A bot" } : null;
}

/** Where a hand-off stands, as a word; what waits too long is marked. */
export function State({ pending, waited, late }) {
  if (late) return html`<span class="tag is-late"><${Icon} name="clock" size=${12} />${waited}</span>`;
  return html`<span class="tag">${STATES[pending.state] ?? pending.state}</span>`;
}

export function kindOf(pending) {
  return KINDS[pending.kind] ?? pending.kind;
}

/** Customer, as a link to the chat. */
export function CustomerLink({ conversation }) {
  return html`<a class="who-link" href=${`#/conversations/${conversation.conversation_id}`} dir="auto">${customer(conversation)}</a>`;
}

/** A mark of presence, in shape and in words. */
export function Standing({ shape, children }) {
  return html`<span class="standing"><i class=${`disc is-${shape}`} aria-hidden="true"></i>${children}</span>`;
}

/** Put text on the clipboard; false where the browser does not let a page do that (plain HTTP). */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** One reason field and a button: what supervisors do is said with why. */
export function Reasoned({ id, label, go, goes, more }) {
  const [reason, setReason] = useState("");
  const submit = (event) => {
    event.preventDefault();
    if (reason.trim()) goes(reason.trim());
  };
  return html`<form class="reasoned" onSubmit=${submit}>
    ${more}
    <label for=${id}>${label}</label>
    <input id=${id} value=${reason} onInput=${(event) => setReason(event.target.value)} maxlength="500" required />
    <button class="button is-main" type="submit">${go}</button>
  </form>`;
}
