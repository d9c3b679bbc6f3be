// The timeline: time, rail, line. The rail says who held the baton; left is the customer, right is our side.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { duration, hourMinute } from "../format.js";
import { Avatar, Content, Icon, Pieces, Rich, clock, html } from "./ui.js";
import { TALK as W } from "./words/conversation.js";

export function Timeline({ desk, conversation }) {
  conversation.version.value;
  const { lines } = conversation.told;
  const waits = conversation.live ? conversation.waitsSince : null;
  const ref = useRef(null);
  const atEnd = useRef(true);
  const pending = conversation.outbox.pending;
  const typing = conversation.typing && conversation.typing.until > clock.value ? conversation.typing : null;
  useLayoutEffect(() => {
    if (atEnd.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [lines.length, pending.length, conversation.id, Boolean(typing)]);
  useEffect(() => {
    const watch = new ResizeObserver(() => {
      if (atEnd.current) ref.current.scrollTop = ref.current.scrollHeight;
    });
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  const scrolled = ({ currentTarget: box }) => (atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 64);
  const rail = lines.at(-1)?.after ?? "nobody";
  return html`<div class="timeline" id="timeline" ref=${ref} onScroll=${scrolled} tabindex="0" role="log" aria-label=${`Timeline of ${conversation.customer}`}>
    <div class="lines">
      ${!lines.length && html`<${Loading} />`}
      ${lines.map((line, index) => html`<${Line} key=${line.key} line=${line} previous=${lines[index - 1]} desk=${desk} conversation=${conversation} late=${waits?.seq === line.seq ? waits : null} />`)}
      ${pending.map((item) => html`<${Unsent} key=${item.client_id} item=${item} rail=${rail} up=${desk.session.link.value === "up"} />`)}
      ${typing && html`<div class="line"><time></time><${Rail} before=${rail} after=${rail} /><p class="typing">${typing.name} is typing</p></div>`}
    </div>
  </div>`;
}

function Line({ line, previous, desk, conversation, late }) {
  const time = hourMinute(line.at);
  const pass = line.type === "pass" || line.type === "closed";
  return html`<div class=${`line is-${line.type}${late ? " is-late" : ""}`} id=${`e-${line.seq}`}>
    <time datetime=${line.at}>${time}</time>
    <${Rail} before=${line.before} after=${line.after} node=${pass} />
    <${Body} line=${line} desk=${desk} conversation=${conversation} shown=${authorShown(line, previous)} />
    ${late && html`<p class="late"><${Icon} name="clock" size=${14} />${W.replyWaits(duration(clock.value + desk.session.skew - Date.parse(late.at)))}</p>`}
  </div>`;
}

function Body({ line, desk, conversation, shown }) {
  const me = line.actor?.id === desk.me;
  const who = me ? "you" : line.actor?.name;
  switch (line.type) {
    case "message":
      if (line.whisper) return html`<div class="private is-whisper"><p class="label"><${Icon} name="lock" size=${14} />${W.whisperBy(who)}</p><p dir="auto"><${Content} content=${line.content} /></p></div>`;
      return html`<${Message} line=${line} conversation=${conversation} shown=${shown} me=${me} />`;
    case "note":
      return html`<div class="private is-note"><p class="label"><${Icon} name="lock" size=${14} />${W.noteBy(who)}</p><p dir="auto"><${Rich} text=${line.text} /></p></div>`;
    case "draft":
      return html`<div class="private is-draft"><p class="label"><${Icon} name="drafts" size=${14} />${W.draftBy(who)}</p><p dir="auto"><s><${Content} content=${line.content} /></s></p></div>`;
    case "hidden":
      return html`<p class="notice"><${Icon} name="hidden" size=${14} />${W.hidden}</p>`;
    case "notice":
      return html`<p class="notice" dir="auto"><span>${line.text}</span></p>`;
    default:
      return html`<p class="notice" dir="auto"><span><${Pieces} of=${line.pieces} /></span></p>`;
  }
}

function Message({ line, conversation, shown, me }) {
  const customer = line.side === "left";
  const kind = line.actor.type === "bot" ? "bot" : "person";
  const name = me ? "You" : line.actor.name;
  const look = customer ? "by-customer" : me ? "by-you" : `by-${kind}`;
  const author = customer
    ? html`<span class="unseen">${conversation.customer}: </span>`
    : html`<p class=${`author${shown ? "" : " unseen"}`}>${name} <${Avatar} kind=${kind === "bot" ? "bot" : "representative"} name=${line.actor.name} solid=${me} /></p>`;
  return html`<div class=${`said ${look}`}>${author}<div class="bubble" dir="auto"><${Content} content=${line.content} customer=${customer} /></div></div>`;
}

function authorShown(line, previous) {
  return !(previous?.type === "message" && previous.actor?.type === line.actor?.type && previous.actor?.name === line.actor?.name);
}

function Rail({ before, after, node = false }) {
  return html`<span class=${`rail before-${before} after-${after}`} aria-hidden="true">${node && html`<i class=${`node is-${after}`}></i>`}</span>`;
}

function Unsent({ item, rail, up }) {
  const note = item.kind === "note";
  return html`<div class="line">
    <time></time><${Rail} before=${rail} after=${rail} />
    <div class=${note ? "private is-note" : "said by-you"}>
      ${note ? html`<p dir="auto">${item.text}</p>` : html`<div class="bubble" dir="auto">${item.content.text}</div>`}
      <p class="state">${up ? "Sending" : html`<${Icon} name="clock" size=${14} />Not sent yet`}</p>
    </div>
  </div>`;
}

function Loading() {
  return html`<div class="loading" aria-label="Loading"><i></i><i></i><i></i></div>`;
}
