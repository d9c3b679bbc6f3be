// The lines of the desk's timeline. Pure: entries in, lines out. Left is the customer and nothing else; all of our
// side, public or private, is right. The rail down the side says who held the baton at each line.

import { Story } from "../story.js";
import { passLine, plainLine, sameCommit } from "./sentences.js";

/** Lines of one drawn piece of the timeline, at most: the pieces are cut by seq, so they stay what they are. */
export const CHUNK = 32;

/**
 * What the entries of a conversation tell, one after the other: its lines, its story, who waits for an answer.
 *
 * A line is `{key, seq, at, type, before, after, ...}` with `type` one of "message", "note", "draft", "pass", "closed",
 * "notice", "hidden"; `before` and `after` are the rail above and below its middle: "bot", "person", "you", "nobody",
 * "held", "end". A line of a pass has `pieces`, a sentence as `[{text, bold}]`.
 *
 * `chunks` are the lines in pieces `{key, lines}`; a piece that does not change is the same object, so a page need not
 * draw it again. An entry costs the same whether there are ten before it or five thousand.
 */
export class Telling {
  /** `before`: the parts of the baton that were over, or had begun, before the first entry that is known here. */
  constructor(me, before = []) {
    this.me = me;
    this.entries = [];
    this.#reset(before);
  }

  /** All lines; for those who want few of them, `chunks` is cheaper. */
  get lines() {
    return this.chunks.flatMap((chunk) => chunk.lines);
  }

  get last() {
    return this.chunks.at(-1)?.lines.at(-1) ?? null;
  }

  push(entry) {
    this.entries.push(entry);
    // What says something of an earlier line draws all anew; it is rare.
    if (entry.event === "message.marked" || (entry.data?.version ?? 1) > 1) this.retell(this.before);
    else this.#tell(entry);
  }

  /** Put earlier entries before those that are known. */
  unshift(entries, before = []) {
    this.entries = [...entries, ...this.entries];
    this.retell(before);
  }

  retell(before) {
    this.#reset(before);
    this.known = overview(this.entries);
    for (const entry of this.entries) this.#tell(entry);
  }

  #reset(before) {
    this.before = before;
    this.story = new Story();
    this.story.parts = before;
    this.chunks = [];
    this.rail = null;
    this.open = null; // the line of a holder who left, as long as nothing came after it
    this.told = null; // the entry before
    this.late = null;
    this.said = null;
    this.known = { notes: new Map(), marked: new Set() };
  }

  #tell(entry) {
    if (this.open && sameCommit(this.told, entry)) this.#withdraw();
    if (entry.event === "conversation.agent_added") this.#stayed(entry);
    this.#heard(entry);
    const { story, me } = this;
    const last = story.parts.at(-1);
    const giver = giverOf(story, entry);
    const change = story.take(entry);
    const more = change && change !== "reopened" ? passLine(change, { entry, last, giver, me, held: this.rail === "held" }) : plainLine(entry, me, this.known);
    this.told = entry;
    this.open = null;
    if (!more) return;
    const after = rail(story, me);
    const line = { key: `${entry.seq}`, seq: entry.seq, at: entry.at, actor: entry.actor, before: this.rail ?? after, after, ...more };
    if (change === "left") this.open = { rail: this.rail };
    this.rail = after;
    this.#add(line);
  }

  /** Removed and added of one commit are one pass, told by its second half. */
  #withdraw() {
    const { key, lines } = this.chunks.at(-1);
    this.chunks = this.chunks.slice(0, -1);
    if (lines.length > 1) this.chunks.push({ key, lines: lines.slice(0, -1) });
    this.rail = this.open.rail;
  }

  /** Whoever leaves in one role and comes in another, in one commit, has not left. */
  #stayed({ at, data }) {
    const last = this.chunks.at(-1);
    if (!last) return;
    const lines = last.lines.filter((line) => !(line.gone && line.gone === data.agent.id && line.at === at));
    if (lines.length === last.lines.length) return;
    this.chunks = this.chunks.slice(0, -1);
    if (lines.length) this.chunks.push({ key: last.key, lines });
  }

  #add(line) {
    const key = Math.floor(line.seq / CHUNK);
    const last = this.chunks.at(-1);
    const grows = last?.key === key;
    this.chunks = [...(grows ? this.chunks.slice(0, -1) : this.chunks), { key, lines: grows ? [...last.lines, line] : [line] }];
  }

  #heard(entry) {
    if (entry.event !== "message.created") return;
    if (forAll(entry)) this.said = entry;
    if (entry.actor.type === "customer") this.late ??= { seq: entry.seq, at: entry.at };
    else if (forAll(entry)) this.late = null;
  }
}

/** Return the lines of these entries, and their story. */
export function lines(entries, me) {
  const { lines: found, story } = tellAll(entries, me);
  return { lines: found, story };
}

/** The seq of the oldest message of the customer that nobody answered, and since when; null when none waits. */
export function unanswered(entries) {
  return tellAll(entries, null).late;
}

/** The last line that was said, as one line of words: `{text, own, by}`. */
export function lastSaid(entries, me) {
  return words(tellAll(entries, me).said, me);
}

export function words(entry, me) {
  if (!entry) return null;
  const { content } = entry.data;
  return { text: content.text || content.title || content.name || "", own: entry.actor.id === me, by: entry.actor };
}

function tellAll(entries, me) {
  const telling = new Telling(me);
  telling.entries = entries;
  telling.retell([]);
  return telling;
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

/** Whether the customer reads it too; a whisper is for agents only. */
function forAll(entry) {
  return (entry.data.to ?? "all") === "all";
}

function rail(story, me) {
  const last = story.parts[story.parts.length - 1];
  if (!last) return null;
  if (story.closed) return "end";
  if (last.kind === "nobody") return story.held ? "held" : "nobody";
  return last.kind === "bot" ? "bot" : last.agent_id === me ? "you" : "person";
}
