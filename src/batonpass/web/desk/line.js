// One line of the timeline. What the customer cannot see is marked three ways: outline, icon, label.

import { duration, hourMinute } from "../format.js";
import { Content } from "./content.js";
import { dayWords } from "./measures.js";
import { Avatar, Icon, Pieces, Rich, clock, html } from "./ui.js";
import { TALK as T } from "./words/talk.js";

export function Line({ line, previous, desk, conversation, late, state, fresh, shown }) {
  const pass = (line.type === "pass" && !line.quiet) || line.type === "closed";
  const day = dayWords(line.at, previous?.at ?? null, desk.now());
  const look = `line is-${line.type}${line.quiet ? " is-quiet" : ""}${late ? " is-late" : ""}${shown ? " is-shown" : ""}`;
  const rail = previous?.after ?? line.before;
  return html`${day && html`<${Mark} words=${day} rail=${rail} />`}
    ${fresh && html`<${Mark} words=${T.isNew} look="is-new" rail=${rail} />`}
    <div class=${look} id=${`e-${line.seq}`}>
      <time datetime=${line.at}>${hourMinute(line.at)}</time>
      <${Rail} before=${line.before} after=${line.after} node=${pass} />
      <${Body} line=${line} desk=${desk} conversation=${conversation} shown=${authorShown(line, previous)} />
      ${late && html`<${Late} desk=${desk} at=${line.at} />`}
      ${state && html`<p class="state">${state === "read" ? T.read(hourMinute(line.at)) : T.stored(hourMinute(line.at))}</p>`}
    </div>`;
}

/** A line across: another day, or where what is new begins. */
function Mark({ words, look = "", rail }) {
  return html`<div class="line"><time></time><${Rail} before=${rail} after=${rail} /><p class=${`day ${look}`}><span>${words}</span></p></div>`;
}

function Body({ line, desk, conversation, shown }) {
  const me = line.actor?.id === desk.me;
  const who = me ? "you" : line.actor?.name;
  const content = html`<${Content} content=${line.content} desk=${desk} />`;
  switch (line.type) {
    case "message":
      if (line.whisper) return html`<${Private} look="whisper" icon="ear" label=${whisperLabel(line, who, me, desk, conversation)}>${content}</${Private}>`;
      return html`<${Message} line=${line} desk=${desk} conversation=${conversation} shown=${shown} me=${me} />`;
    case "note":
      return html`<${Private} look="note" icon="lock" label=${`${T.noteBy(who)}${line.edited ? ` (${T.edited})` : ""}`}><${Rich} text=${line.text} /></${Private}>`;
    case "draft":
      return html`<${Private} look="draft" icon="drafts" label=${T.draftBy(who)}><s>${content}</s></${Private}>`;
    case "hidden":
      return html`<p class="notice"><${Icon} name="hidden" size=${14} /><span>${T.hidden}</span></p>`;
    case "notice":
      return html`<p class="notice" dir="auto"><span>${line.text}</span></p>`;
    default:
      return html`<p class="notice" dir="auto"><span><${Pieces} of=${line.pieces} /></span></p>`;
  }
}

function Private({ look, icon, label, children }) {
  return html`<div class=${`private is-${look}`}><p class="label"><${Icon} name=${icon} size=${14} />${label}</p><div dir="auto">${children}</div></div>`;
}

/** Who reads a whisper stands in its label. */
function whisperLabel(line, who, me, desk, conversation) {
  if (!line.to) return T.whisperBy(who);
  if (!me) return line.to.length === 1 && line.to[0] === desk.me ? T.whisperToYou(who) : T.whisperBy(who);
  const names = line.to.map((id) => conversation.details?.stints?.find((stint) => stint.agent.id === id)?.agent.name).filter(Boolean);
  return names.length ? T.whisperTo(names.join(", ")) : T.whisperBy(who);
}

function Message({ line, desk, conversation, shown, me }) {
  const customer = line.side === "left";
  const kind = line.actor.type === "bot" ? "bot" : "person";
  const look = customer ? "by-customer" : me ? "by-you" : `by-${kind}`;
  const author = customer
    ? html`<span class="unseen">${conversation.customer}: </span>`
    : html`<p class=${`author${shown ? "" : " unseen"}`}>${me ? "You" : line.actor.name} <${Avatar} kind=${kind === "bot" ? "bot" : "representative"} name=${line.actor.name} solid=${me} /></p>`;
  return html`<div class=${`said ${look}`}>${author}<div class="bubble" dir="auto"><${Content} content=${line.content} customer=${customer} desk=${desk} /></div>
    ${line.sensitive && html`<p class="state"><${Icon} name="lock" size=${14} />${T.sensitive}</p>`}</div>`;
}

/** How long the customer waits for a reply; alone, so that the clock draws nothing else. */
function Late({ desk, at }) {
  return html`<p class="late"><${Icon} name="clock" size=${14} />${T.replyWaits(duration(clock.value + desk.session.skew - Date.parse(at)))}</p>`;
}

function authorShown(line, previous) {
  return !(previous?.type === "message" && !previous.whisper && previous.actor?.type === line.actor?.type && previous.actor?.name === line.actor?.name);
}

export function Rail({ before, after, node = false }) {
  return html`<span class=${`rail before-${before} after-${after}`} aria-hidden="true">${node && html`<i class=${`node is-${after}`}></i>`}</span>`;
}

/** What is not acknowledged yet: only your own message runs ahead of what is stored. */
export function Unsent({ item, rail, up }) {
  const state = html`<p class="state">${up ? T.sending : html`<${Icon} name="clock" size=${14} />${T.notSentYet}`}</p>`;
  const words = item.kind === "note" ? item.text : (item.content.text ?? item.content.name);
  const body =
    item.kind === "message"
      ? html`<div class="said by-you"><div class="bubble" dir="auto">${words}</div></div>`
      : html`<${Private} look=${item.kind} icon=${item.kind === "note" ? "lock" : "ear"} label=${item.kind === "note" ? T.noteBy("you") : T.whisperBy("you")}>${words}</${Private}>`;
  return html`<div class="line is-unsent"><time></time><${Rail} before=${rail} after=${rail} />${body}${state}</div>`;
}
