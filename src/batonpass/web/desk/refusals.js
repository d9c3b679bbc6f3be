// What a refusal says to the agent: what did not happen, what still holds, and what to do. The server says so too, in
// its own words; here names, places and times are known better. Pure.

import { plural } from "../format.js";
import { NOT } from "./words/talk.js";

const STILL = "You still hold the baton.";

/**
 * The sentence for a refused call.
 *
 * @param {{code: string, message: string, reason?: string, opens_at?: string}} error
 * @param {object} about
 * @param {"send"|"note"|"whisper"|"request"|"resolve"|"hold"} about.act
 * @param {string} [about.kind]  of a request: transfer, hand_back, invitation, consultation
 * @param {{name: string, slots_used?: number, capacity?: number}} [about.target]  whom or where it was asked for
 * @param {{kind: string, to: string, warm: boolean}} [about.pending]  the pass that is on its way
 * @param {string} [about.ended]  when the reader's part ended, as hour and minute
 * @param {(at: string) => string} about.when  a time in words, as "tomorrow 08:00"
 * @param {boolean} [about.holds]  whether the reader holds the baton
 */
export function refusal(error, about) {
  const write = WRITES[about.act];
  if (write) return write(error, about) ?? error.message;
  if (error.code === "handoff_pending" && about.pending) return pendingWords(about);
  if (about.act === "request") return requested(error, about) ?? error.message;
  return error.message;
}

const WRITES = { send: unsent("Not sent"), whisper: unsent("Not said"), note: unsent("Not noted") };

function unsent(not) {
  return ({ code }, { ended }) => (code === "stint_ended" || code === "conversation_closed" ? `${not}: your part ended${ended ? ` at ${ended}` : ""}. Your text is kept as a draft.` : null);
}

function pendingWords({ act, kind, pending }) {
  const not = { resolve: "Not closed", hold: "Not put on hold" }[act] ?? NOT[kind] ?? "Not done";
  const what = pending.kind === "hand_back" ? "a hand-back" : "a pass";
  return `${not}: ${what} to ${pending.to} is pending. Cancel it first.`;
}

function requested({ code, reason, opens_at: opensAt }, { kind, target, when, holds = true }) {
  if (code !== "unavailable" || !target) return null;
  const not = NOT[kind] ?? "Not done";
  const still = holds ? ` ${STILL}` : "";
  const why = unavailable(reason, target, opensAt, when);
  return why ? `${not}: ${why}.${still}` : null;
}

/** Why somebody, or a queue, cannot be asked: without a full stop, as a list shows it under the name too. */
export function unavailable(reason, { name, slots_used: used, capacity }, opensAt, when) {
  switch (reason) {
    case "full":
      return capacity ? `${name} has no free slot (${used} of ${capacity})` : `${name} is full`;
    case "closed":
      return opensAt ? `${name} opens ${when(opensAt)}` : `${name} is closed`;
    case "present":
    case "in_conversation":
      return `all of ${name} is already in this chat`;
    case "nobody":
    case "empty":
      return `nobody serves ${name}`;
    case "away":
      return `${name} is away`;
    case "offline":
    case "unreachable":
      return `${name} is not connected`;
    case "passed_on":
      return `everybody of ${name} has passed it on before`;
    case "skills":
      return `nobody of ${name} has the skills`;
    default:
      return null;
  }
}

const BRIEF = {
  full: ({ slots_used: used, capacity }) => (capacity ? `Full (${used} of ${capacity})` : "Full"),
  away: () => "Away",
  missed: () => "Away, missed one",
  offline: () => "Offline",
  unreachable: () => "Offline",
  in_conversation: () => "Already here",
  present: () => "Already here",
  empty: () => "Nobody serves it",
  nobody: () => "Nobody serves it",
  skills: () => "Without the skill",
  passed_on: () => "Passed it on before",
};

/** The same in the words of a list: under the name, at the end of its line. */
export function brief({ code, message, opens_at: opensAt }, target, when) {
  if (code === "closed") return opensAt ? `Closed, opens ${when(opensAt)}` : "Closed";
  return BRIEF[code]?.(target) ?? message;
}

/** A time that is to come, as agents say it: "at 18:00", "tomorrow 08:00", "Monday 08:00", "on 3 Dec 08:00". */
export function whenOpens(at, now, locale = "en", timeZone = undefined) {
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(new Date(at));
  const days = dayNumber(Date.parse(at), timeZone) - dayNumber(now, timeZone);
  if (days <= 0) return `at ${time}`;
  if (days === 1) return `tomorrow ${time}`;
  const shape = days < 7 ? { weekday: "long" } : { day: "numeric", month: "short" };
  return `${days < 7 ? "" : "on "}${new Intl.DateTimeFormat("en-GB", { ...shape, timeZone }).format(new Date(at))} ${time}`;
}

function dayNumber(ms, timeZone) {
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone }).format(new Date(ms));
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / 86_400_000);
}

/** `2 free`, `1 free`, `Full`. */
export function freeWords({ slots_used: used, capacity }) {
  if (!capacity) return "";
  const free = Math.max(0, capacity - used);
  return free ? `${free} free` : "Full";
}

/** `6 people available, 2 waiting`. */
export function queueWords({ available, waiting }) {
  const people = available ? `${plural(available, "person", "people")} available` : "Nobody available";
  return `${people}, ${waiting ? `${waiting} waiting` : "nobody waiting"}`;
}
