// The timeline: time, rail, line. The rail says who held the baton; left is the customer, right is our side.
//
// It is drawn in pieces: those near the screen are there, the others keep their height. So five thousand messages cost
// what two hundred do. What the clock moves (waiting, typing) stands in small parts of its own.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Chunk, Watcher } from "./chunk.js";
import { towards } from "./conversation.js";
import { Rail, Unsent } from "./line.js";
import { Icon, clock, html } from "./ui.js";
import { TALK as T } from "./words/talk.js";

const NEAR_END = 64;
const NEAR_START = 600;

export function Timeline({ desk, conversation }) {
  conversation.version.value;
  const box = useRef(null);
  const lines = useRef(null);
  const [watcher] = useState(() => new Watcher());
  const scroll = useScroll({ desk, conversation, box, lines });
  useEffect(() => {
    watcher.start(box.current);
    return () => watcher.stop();
  }, []);
  useEffect(() => {
    if (!conversation.wanted || !conversation.entries.length) return;
    const seq = conversation.wanted;
    conversation.wanted = null;
    void reveal(conversation, seq);
  });
  const { telling } = conversation;
  const { chunks } = telling;
  const pending = conversation.outbox.pending;
  const rail = telling.last?.after ?? "nobody";
  const late = conversation.live && !telling.story.closed ? telling.late : null;
  const mark = lastOwn(conversation);
  return html`<div class="timeline-room">
    <div class="timeline" id="timeline" ref=${box} onScroll=${scroll.moved} tabindex="0" role="log" aria-label=${`Timeline of ${conversation.customer}`}>
      <div class="lines" ref=${lines}>
        ${conversation.hasEarlier && html`<p class="earlier" key="earlier"><button class="button is-small" onClick=${() => conversation.earlier()}>${conversation.past ? T.reading : T.earlier}</button></p>`}
        ${!chunks.length && html`<${Loading} />`}
        ${chunks.map((chunk, index) => html`<${Chunk} key=${chunk.key} chunk=${chunk} before=${chunks[index - 1]?.lines.at(-1)} near=${index >= chunks.length - 2} watcher=${watcher}
          desk=${desk} conversation=${conversation} customer=${conversation.customer}
          late=${inside(chunk, late?.seq)} mark=${inside(chunk, mark)} state=${inside(chunk, mark) ? readState(conversation, mark) : ""} fresh=${inside(chunk, conversation.unreadFrom)} shown=${inside(chunk, conversation.shown?.seq)} />`)}
        <${Passing} conversation=${conversation} rail=${rail} />
        ${pending.map((item) => html`<${Unsent} key=${item.client_id} item=${item} rail=${rail} up=${desk.session.link.value === "up"} />`)}
        <${Typing} conversation=${conversation} rail=${rail} />
      </div>
    </div>
    ${scroll.below !== null && html`<button class="newest" onClick=${scroll.toEnd}><${Icon} name="down" size=${14} />${scroll.below ? T.newSince(scroll.below) : T.newest}</button>`}
  </div>`;
}

/** Stay at the end while it is looked at; say what came below when it is not; read earlier entries at the start. */
function useScroll({ desk, conversation, box, lines }) {
  const atEnd = useRef(true);
  const [left, setLeft] = useState(null); // the last seq that was seen, while looking further up
  const was = useRef({ first: conversation.first, height: 0, top: 0 });
  const last = conversation.telling.last?.seq ?? 0;
  const toEnd = () => {
    atEnd.current = true;
    setLeft(null);
    box.current.scrollTop = box.current.scrollHeight;
  };
  const moved = () => {
    if (!box.current) return; // gone meanwhile
    const { scrollHeight, scrollTop, clientHeight, clientWidth } = box.current;
    const resized = atEnd.current && was.current.size !== undefined && was.current.size !== clientWidth * 1e4 + clientHeight;
    was.current = { first: conversation.first, height: scrollHeight, top: scrollTop, size: clientWidth * 1e4 + clientHeight };
    // Other lines because the window is another: nobody has scrolled away.
    if (resized) return toEnd();
    const end = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (end !== atEnd.current) {
      atEnd.current = end;
      setLeft(end ? null : last);
    }
    if (end) seen();
    if (scrollTop < NEAR_START && conversation.hasEarlier) void conversation.earlier();
  };
  const seen = () => document.visibilityState === "visible" && conversation.markRead(last);
  useLayoutEffect(() => {
    const { first, height, top } = was.current;
    // Earlier entries came above: stay where one reads. At the very top the browser does not do it by itself.
    if (conversation.first < first && !atEnd.current) box.current.scrollTop = top + box.current.scrollHeight - height;
    was.current = { ...was.current, first: conversation.first, height: box.current.scrollHeight, top: box.current.scrollTop };
    if (!atEnd.current || conversation.shown) return;
    box.current.scrollTop = box.current.scrollHeight;
    seen();
  });
  useEffect(() => {
    const stick = () => box.current && atEnd.current && (box.current.scrollTop = box.current.scrollHeight);
    const watch = new ResizeObserver(stick);
    watch.observe(box.current);
    watch.observe(lines.current);
    const back = () => box.current && atEnd.current && seen();
    document.addEventListener("visibilitychange", back);
    return () => {
      watch.disconnect();
      document.removeEventListener("visibilitychange", back);
    };
  }, [conversation]);
  useEffect(() => () => conversation.lookedAway(), [conversation]);
  const below = left === null ? null : conversation.entries.filter(({ seq, event, actor }) => seq > left && event === "message.created" && actor.id !== desk.me).length;
  return { moved, toEnd, below };
}

/** Show the entry with this number, however far up it is. */
export async function reveal(conversation, seq) {
  while (seq < conversation.first && conversation.hasEarlier) {
    const before = conversation.first;
    await conversation.earlier();
    if (conversation.first === before) return;
  }
  const shown = { seq };
  conversation.shown = shown;
  conversation.touch();
  // Two frames: the piece is drawn in the first, and has its height in the second.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      document.getElementById(`e-${seq}`)?.scrollIntoView({ block: "center" });
    }),
  );
  setTimeout(() => {
    if (conversation.shown !== shown) return;
    conversation.shown = null;
    conversation.touch();
  }, 2_000);
}

/** The seq if it is in this piece, else null: so that only the piece with it is drawn again. */
function inside({ lines }, seq) {
  return seq && seq >= lines[0].seq && seq <= lines.at(-1).seq ? seq : null;
}

/** The last message of ours that the customer gets: under it stands how far it has come. */
function lastOwn({ telling, desk }) {
  for (let index = telling.chunks.length - 1; index >= Math.max(0, telling.chunks.length - 2); index -= 1) {
    const line = telling.chunks[index].lines.findLast((one) => one.type === "message" && !one.whisper && one.actor?.id === desk.me);
    if (line) return line.seq;
  }
  return null;
}

function readState(conversation, seq) {
  const number = conversation.sent.get(seq);
  return number && conversation.seen && conversation.seen.read >= number ? "read" : "stored";
}

/** A pass that is on its way while its giver stays. */
function Passing({ conversation, rail }) {
  conversation.version.value;
  const { pass } = conversation;
  if (!pass || !conversation.holds || pass.leave === "now") return null;
  const queue = conversation.desk.queueName(pass.queue);
  const to = towards(pass);
  const [before, name, after] = to ? T.offering(to.name, queue) : T.queued(queue);
  if (pass.state === "accepted") return null;
  return html`<div class="line is-pass is-quiet" key="passing"><time></time><${Rail} before=${rail} after=${rail} /><p class="notice"><${Icon} name="arrow" size=${14} /><span>${before}<b>${name}</b>${after}</span></p></div>`;
}

function Typing({ conversation, rail }) {
  conversation.version.value;
  const { typing } = conversation;
  if (!typing || typing.until < clock.value) return null;
  return html`<div class="line" key="typing"><time></time><${Rail} before=${rail} after=${rail} /><p class="typing"><i class="typing-dots" aria-hidden="true"><i></i><i></i><i></i></i>${T.typing(typing.name)}</p></div>`;
}

function Loading() {
  return html`<div class="loading" aria-label="Loading"><i></i><i></i><i></i></div>`;
}
