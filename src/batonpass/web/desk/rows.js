// The lines of the desk's timeline. Pure: entries in, lines out. Left is the customer and nothing else; all of our
// side, public or private, is right. The rail down the side says who held the baton at each line.

import { duration } from "../format.js";
import { Story } from "../story.js";

/**
 * Return the lines of a conversation, and its story.
 *
 * A line is `{key, seq, at, type, before, after, ...}` with `type` one of "message", "note", "draft", "pass", "closed",
 * "notice", "hidden"; `before` and `after` are the rail above and below its middle: "bot", "person", "you", "nobody",
 * "end". A line of a pass has `pieces`, a sentence as `[{text, bold}]`.
 */
export function lines(entries, me) {
  const story = new Story();
  const found = [];
  const known = overview(entries);
  let before = null;
  entries.forEach((entry, index) => {
    const last = story.parts[story.parts.length - 1];
    const giver = giverOf(story, entry);
    const change = story.take(entry);
    const more = change && change !== "reopened" ? passLine(change, { entry, last, giver, me, next: entries[index + 1] }) : plainLine(entry, me, known);
    if (!more) return;
    const after = rail(story, me);
    found.push({ key: `${entry.seq}`, seq: entry.seq, at: entry.at, actor: entry.actor, before: before ?? after, after, ...more });
    before = after;
  });
  return { lines: found, story };
}

/** What later entries say of earlier ones: the newest version of each note, and the messages marked as sensitive. */
function overview(entries) {
  const notes = new Map();
  const marked = new Set();
  for (const { event, data } of entries) {
    if (event === "note.added") notes.set(data.note_id, Math.max(notes.get(data.note_id) ?? 0, data.version ?? 1));
    if (event === "message.marked") marked.add(data.message_id);
  }
  return { notes, marked };
}

/** Who passes the baton with this entry: its holder, or who left it in this very commit. */
function giverOf(story, entry) {
  if (story.holder) return story.holder;
  const [giver, wait] = story.parts.slice(-2);
  return wait?.kind === "nobody" && wait.started_at === entry.at ? giver : null;
}

/** The seq of the oldest message of the customer that nobody answered, and since when; null when none waits. */
export function unanswered(entries) {
  let oldest = null;
  for (const entry of entries) {
    if (entry.event !== "message.created") continue;
    if (entry.actor.type === "customer") oldest ??= { seq: entry.seq, at: entry.at };
    else if (forAll(entry)) oldest = null;
  }
  return oldest;
}

/** The last line that was said, as one line of words: `{text, own}`. */
export function lastSaid(entries, me) {
  const last = entries.findLast((entry) => entry.event === "message.created" && forAll(entry));
  if (!last) return null;
  const { content } = last.data;
  return { text: content.text ?? content.title ?? content.name ?? "", own: last.actor.id === me, by: last.actor };
}

/** Whether the customer reads it too; a whisper is for agents only. */
function forAll(entry) {
  return (entry.data.to ?? "all") === "all";
}

const acts = { monitor: "listens in", take_over: "took over", assign: "assigned it", close: "closed it", whisper: "whispered" };

function rail(story, me) {
  const last = story.parts[story.parts.length - 1];
  if (!last) return null;
  if (story.closed) return "end";
  if (last.kind === "nobody") return "nobody";
  return last.kind === "bot" ? "bot" : last.agent_id === me ? "you" : "person";
}

const MASKED = { type: "text", text: "•••" };

function plainLine(entry, me, { notes, marked }) {
  const { data, actor } = entry;
  const own = actor?.id === me;
  switch (entry.event) {
    case "message.created":
      return { type: "message", side: actor.type === "customer" ? "left" : "right", own, content: marked.has(data.message_id) && !own ? MASKED : data.content, whisper: !forAll(entry) };
    case "note.added":
      // Of a note that was written anew only the last version stands.
      return (data.version ?? 1) < notes.get(data.note_id) ? null : { type: "note", own, text: data.text };
    case "summary.flagged":
      return { type: "pass", pieces: [name(actor, me), say(` called the summary wrong${data.reason ? `: ${data.reason}` : "."}`)] };
    case "draft.discarded":
      return { type: "draft", own, content: data.content };
    case "entry.hidden":
      return { type: "hidden" };
    case "conversation.agent_added":
      return { type: "pass", pieces: [name(data.agent, me), say(` joined as ${data.role}`)] };
    case "conversation.agent_removed":
      return { type: "pass", pieces: [name(data.agent, me), say(" left")] };
    case "supervisor.acted":
      return { type: "pass", pieces: [name(actor, me), say(` (supervisor): ${acts[data.act] ?? data.act}${data.reason ? `, ${data.reason}` : ""}`)] };
    case "notice.posted":
      return data.notice.muted || !data.notice.text ? null : { type: "notice", text: data.notice.text };
    default:
      return null; // an entry of a later version of the server: it keeps its place and shows nothing
  }
}

function passLine(change, { entry, last, giver, me, next }) {
  const { data } = entry;
  if (change === "closed") return { type: "closed", pieces: [strong("Closed."), say(` ${closing(data.reason)}`)] };
  if (change === "left") {
    // Removed and added of one commit are one pass, told by its second half.
    if (sameCommit(entry, next)) return null;
    return { type: "pass", waiting: true, pieces: [strong(data.reason === "held" ? "On hold. " : "Waiting. "), ...leaving(data, me), say(told(data.notice))] };
  }
  if (giver) return { type: "pass", pieces: [name(giver, me), say(" passed the baton to "), name(data.agent, me, "you")] };
  const waited = last?.kind === "nobody" ? Date.parse(entry.at) - Date.parse(last.started_at) : 0;
  return { type: "pass", pieces: [name(data.agent, me), say(` took the baton${waited >= 1000 ? ` after ${duration(waited)}` : ""}`)] };
}

function sameCommit(entry, next) {
  if (!next || next.at !== entry.at) return false;
  return next.event === "conversation.closed" || (next.event === "conversation.agent_added" && next.data.role === "holder");
}

function leaving({ agent, reason }, me) {
  const who = name(agent, me);
  switch (reason) {
    case "escalation":
      return [who, say(" is passing it to a person.")];
    case "hand_back":
      return [who, say(" handed it back to a bot.")];
    case "held":
      return [who, say(" put it on hold.")];
    case "lost":
    case "turn_deadline":
      return [who, say(agent.kind === "bot" ? " did not answer." : " lost connection.")];
    default:
      return [who, say(" left.")];
  }
}

function told(notice) {
  return notice?.text && !notice.muted ? " The customer was told." : "";
}

function closing(reason) {
  const known = { resolved: "It was resolved.", customer_ended: "The customer ended it.", unanswered: "Nobody could answer in time.", idle: "It had been quiet for long.", abandoned: "The customer had left." };
  return known[reason] ?? "";
}

function name(agent, me, own = "You") {
  return strong((agent.id ?? agent.agent_id) === me ? own : agent.name);
}

const strong = (text) => ({ text, bold: true });
const say = (text) => ({ text, bold: false });
