// What one entry of the timeline says to an agent, as a line. Pure.

import { duration } from "../format.js";

const ACTS = { monitor: "listens in", take_over: "took over", assign: "assigned it", close: "closed it", whisper: "whispered" };
const JOINED = { helper: " joined to help", consulted: " joined, unseen by the customer", observer: " is watching, unseen by the customer" };
const LEFT = { helper: " does not help any more", consulted: " left", observer: " stopped watching" };
const CLOSED = {
  resolved: "It was resolved.",
  customer_ended: "The customer ended it.",
  unanswered: "Nobody could answer in time.",
  idle: "It had been quiet for long.",
  abandoned: "The customer had left.",
  contact_left: "The customer left an address instead.",
  closed_hours: "Outside the hours.",
};

export const MASKED = { type: "text", text: "•••" };

/** The line of an entry that leaves the baton where it is; null when it shows nothing. */
export function plainLine(entry, me, { notes, marked }) {
  const { data, actor } = entry;
  const own = Boolean(me) && actor?.id === me;
  switch (entry.event) {
    case "message.created":
      return messageLine(entry, own, marked.has(data.message_id) && !own);
    case "note.added":
      // Of a note that was written anew only the last version stands.
      return (data.version ?? 1) < (notes.get(data.note_id) ?? 1) ? null : { type: "note", own, text: data.text, edited: (data.version ?? 1) > 1 };
    case "summary.flagged":
      return { type: "pass", quiet: true, pieces: [name(actor, me), say(` called the summary wrong${data.reason ? `: ${data.reason}` : "."}`)] };
    case "draft.discarded":
      return { type: "draft", own, content: data.content };
    case "entry.hidden":
      return { type: "hidden" };
    case "conversation.agent_added":
      return { type: "pass", quiet: true, pieces: [name(data.agent, me), say(JOINED[data.role] ?? " joined")] };
    case "conversation.agent_removed":
      return { type: "pass", quiet: true, gone: data.agent.id, pieces: [name(data.agent, me), say(LEFT[data.role] ?? " left")] };
    case "supervisor.acted":
      return { type: "pass", quiet: true, pieces: [name(actor, me), say(` (supervisor): ${ACTS[data.act] ?? data.act}${data.reason ? `, ${data.reason}` : ""}`)] };
    case "notice.posted":
      return data.notice.muted || !data.notice.text ? null : { type: "notice", text: data.notice.text };
    default:
      return null; // an entry of a later version of the server: it keeps its place and shows nothing
  }
}

function messageLine({ data, actor, seq }, own, masked) {
  const to = data.to ?? "all";
  return {
    type: "message",
    side: actor.type === "customer" ? "left" : "right",
    own,
    content: masked ? MASKED : data.content,
    whisper: to !== "all",
    to: Array.isArray(to) ? to : null,
    sensitive: masked || Boolean(data.sensitive),
    messageSeq: seq,
  };
}

/** The line of an entry that moves the baton. */
export function passLine(change, { entry, last, giver, me, held = false }) {
  const { data } = entry;
  if (change === "closed") return { type: "closed", pieces: [strong("Closed."), say(` ${CLOSED[data.reason] ?? ""}`)] };
  if (change === "left") {
    return { type: "pass", waiting: true, pieces: [strong(data.reason === "held" ? "On hold. " : "Waiting. "), ...leaving(data, me), say(told(data.notice))] };
  }
  if (giver) return { type: "pass", pieces: [name(giver, me), say(" passed the baton to "), name(data.agent, me, "you")] };
  const waited = last?.kind === "nobody" ? Date.parse(entry.at) - Date.parse(last.started_at) : 0;
  if (held) return { type: "pass", pieces: [name(data.agent, me), say(` went on with it after ${duration(waited)} on hold`)] };
  return { type: "pass", pieces: [name(data.agent, me), say(` took the baton${waited >= 1000 ? ` after ${duration(waited)}` : ""}`)] };
}

/** Whether the second entry takes the line of the first one's leaving: a pass, or the end. */
export function sameCommit(entry, next) {
  if (next.at !== entry.at) return false;
  return next.event === "conversation.closed" || (next.event === "conversation.agent_added" && next.data.role === "holder");
}

function leaving({ agent, reason }, me) {
  const who = name(agent, me);
  switch (reason) {
    case "escalation":
      return [who, say(" is passing it to a person.")];
    case "hand_back":
      return [who, say(" handed it back to a bot.")];
    case "transfer":
      return [who, say(" passed it on and left.")];
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

function name(agent, me, own = "You") {
  return strong(me && (agent.id ?? agent.agent_id) === me ? own : agent.name);
}

const strong = (text) => ({ text, bold: true });
const say = (text) => ({ text, bold: false });
