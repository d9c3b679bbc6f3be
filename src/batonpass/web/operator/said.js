// Words of the operator page that more than one part of it uses.

import { KINDS, customerName } from "../desk/words/shared.js";
import { duration, plural } from "../format.js";

export const STATES = { requested: "Requested", queued: "Waiting", offered: "Offered", accepted: "Accepted", completed: "Completed", cancelled: "Cancelled", failed: "Failed", returned: "Returned" };

export const STATUSES = { open: "Waiting", active: "Active", held: "On hold", closed: "Closed" };

export const SEEKS = { representative: "seeks a person", bot: "seeks a bot", any: "seeks anybody" };

export const SWITCHES = {
  transfers: ["Transfers", "Agents pass chats to other agents and queues."],
  cold: ["Cold transfers", "The giver may leave before somebody has taken it."],
  multi_participant: ["Invitations and consultations", "More than one agent in a chat."],
  notes: ["Notes", "In chats, and with hand-offs."],
  automatic_summary: ["Automatic summaries", "With every hand-off, unasked."],
};

/** Milliseconds in words for a table: `0:34`, `12:05`, `3 h 10 min`. */
export function long(ms) {
  if (ms < 3_600_000) return duration(ms);
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
}

/** Seconds of a report: `0:41`; nothing for none. */
export function seconds(value) {
  return value === null || value === undefined ? "–" : long(value * 1000);
}

export function percent(value) {
  return value === null || value === undefined ? "–" : `${Math.round(value * 100)} %`;
}

/** A moment: `14:05` today, else with its day. */
export function moment(at, now = Date.now()) {
  const date = new Date(at);
  const day = { day: "numeric", month: "short", ...(Math.abs(now - date) > 300 * 86_400_000 ? { year: "numeric" } : {}) };
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const today = new Date(now).toDateString() === date.toDateString();
  return new Intl.DateTimeFormat("en-GB", today ? time : { ...day, ...time }).format(date);
}

/** When a queue opens or closes: one line for its head. */
export function hours({ open, changes_at: at }, now = Date.now()) {
  if (open) return at ? `Open until ${moment(at, now)}` : "Always open";
  return at ? `Closed for people, opens ${moment(at, now)}` : "Closed for people";
}

export function customer(conversation) {
  return customerName(conversation.customer, conversation.conversation_id);
}

export { KINDS, plural };
