// What a row of the lists says. Pure: what the server told of a conversation, and what this page knows of it beyond that,
// in; words and the baton's parts out.

import { duration } from "../format.js";
import { plain } from "../markdown.js";
import { LISTS as W } from "./words/lists.js";
import { wrapUp } from "./words/shared.js";

/** An answer that is due for longer than this is late. */
export const LATE_MS = 120_000;

/**
 * @param {object} known
 * @param {object} [known.row]  ConversationRow
 * @param {object} [known.stint]  ours there, live or in wrap-up, with `until` on this machine's clock
 * @param {object} [known.conversation]  what was read of it: `{baton, waitsSince, last, holder, pending}`; newer
 *   than the row wherever it says something
 * @param {{now: number, local: number, me: string}} view  `now` on the server's clock, `local` on ours
 * @returns {{since: ?number, late: boolean, tag: ?string, last: ?{who: string, text: string}, words: string, baton: object}}
 *   `since`: the customer waits since then, in ms of the server's clock
 */
export function rowView({ row = null, stint = null, conversation = null }, { now, local, me }) {
  const read = conversation && conversation.baton.parts.length ? conversation : null;
  const since = waitsSince({ row, conversation: read });
  const wraps = stint?.state === "wrap_up";
  return {
    since: wraps ? null : since,
    late: !wraps && since !== null && now - since >= LATE_MS,
    tag: tag({ row, stint }, now),
    last: read?.last ? readLast(read.last) : rowLast(row),
    words: wraps ? wrapUp(stint.until ? duration(stint.until - local) : "") : words(row, read, { me, now }),
    baton: read ? read.baton : { parts: parked(row), pending: pending(row), closed: row?.state === "closed" },
  };
}

/** Since when the customer waits, in ms of the server's clock; null while nobody does. */
export function waitsSince({ row, conversation = null }) {
  const answer = time(conversation ? conversation.waitsSince?.at : row?.unanswered_since);
  return answer ?? (row?.state === "open" ? time(row.waiting_since) : null);
}

/** A row as it came, with the end of its offer as a time: what came as a rest would grow old. */
export function arrived(row, now) {
  if (row?.handoff?.ends_in_ms === undefined) return row;
  return { ...row, handoff: { ...row.handoff, until: now + row.handoff.ends_in_ms } };
}

/** The row after an entry of its chat: a list need not be asked for what this page hears anyway. */
export function patched(row, entry, me) {
  if (!row || entry.event !== "message.created" || (entry.data.to ?? "all") !== "all") return row;
  const { actor, at, data } = entry;
  const by = actor.type === "customer" ? "customer" : actor.id === me ? "you" : actor.type === "bot" ? "bot" : "person";
  const text = data.content.text ?? data.content.title ?? data.content.name ?? "";
  const last = { at, by, name: actor.name ?? "", text: text.slice(0, 160), kind: data.content.type };
  return { ...row, last, unanswered_since: by === "customer" ? (row.unanswered_since ?? at) : null };
}

/** The parts of a row's baton; on hold the last is no wait. */
function parked(row) {
  const parts = row?.baton ?? [];
  const last = parts.at(-1);
  return row?.state === "held" && last?.kind === "nobody" ? [...parts.slice(0, -1), { ...last, kind: "held" }] : parts;
}

function time(at) {
  return at ? Date.parse(at) : null;
}

function tag({ row, stint }, now) {
  if (stint?.state === "wrap_up") return W.wrapUp;
  if (row?.state === "closed") return W.closed;
  if (row?.hold) return W.onHold;
  const left = row?.handoff?.state === "offered" && row.handoff.until ? row.handoff.until - now : null;
  return left !== null && left > 0 ? W.offered(duration(left)) : null;
}

function readLast({ own, by, text }) {
  return said(own, by.type === "customer" ? null : by.name, text);
}

function rowLast(row) {
  if (!row?.last) return null;
  const { by, name, text, kind } = row.last;
  const words = text || W.kindOf[kind];
  // Who may not read the words still learns who spoke last.
  if (!words) return { who: "", text: W.wrote(by === "customer" ? W.theCustomer : name) };
  return said(by === "you", by === "customer" ? null : name, words);
}

function said(own, name, text) {
  return { who: own ? W.you : name ? `${name}: ` : "", text: plain(text) };
}

function pending(row) {
  const handoff = row?.handoff;
  if (!handoff) return null;
  if (handoff.offered_to) return { kind: handoff.offered_to.kind, name: handoff.offered_to.name, agent_id: handoff.offered_to.id };
  return row.holder && handoff.target ? { kind: handoff.kind === "hand_back" ? "bot" : "representative", name: handoff.target } : null;
}

/** Who holds it, who is beside them, and where it is going. */
function words(row, read, { me, now }) {
  if (row?.hold) return W.heldBy(row.hold.agent.id === me ? W.youSmall : row.hold.agent.name, duration(Math.max(0, Date.parse(row.hold.until) - now)));
  if (row?.state === "closed") return outcome(row.outcome);
  const holder = read ? read.holder : row?.holder && { agent_id: row.holder.id, name: row.holder.name };
  const to = read ? read.pending : pending(row);
  const going = to && (to.agent_id === me ? W.youSmall : to.name);
  if (!holder) return going ? W.nobodyOffered(going) : W.hold(null, me);
  const others = (row?.others ?? []).filter(({ agent }) => agent.id !== holder.agent_id);
  const mine = holder.agent_id === me;
  if (going) return mine ? W.passing(going) : `${W.hold(holder, me)}, ${W.passingTo(going)}`;
  if (others.length === 1) return `${mine ? W.youPlain : W.hold(holder, me)}, ${W.beside(others[0], me)}`;
  if (others.length) return `${mine ? W.youPlain : W.hold(holder, me)}, ${W.more(others.length)}`;
  return W.hold(holder, me);
}

function outcome(told) {
  if (!told) return W.closed;
  return told.summary_issue || told.disposition || W.reasons[told.reason] || W.closed;
}

/** Live ones by who waits longest, then those that wait for nothing, then what is in wrap-up. */
export function order(rows) {
  const rank = ({ stint, since }) => (stint.state === "wrap_up" ? 2 : since === null ? 1 : 0);
  const since = (row) => row.since ?? Date.parse(row.stint.started_at);
  return [...rows].sort((a, b) => rank(a) - rank(b) || since(a) - since(b) || a.id.localeCompare(b.id));
}
