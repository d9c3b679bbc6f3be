// One conversation at the desk: its timeline, what is around it, and what is not sent yet.
//
// Its entries are read when somebody opens it, the newest first: a desk with two hundred chats draws its lists from
// the server's rows (`row`), and a chat with five thousand messages opens with the last of them.

import { signal } from "@preact/signals";
import { Outbox, Stream, newClientId } from "../stream.js";
import { Telling, words } from "./rows.js";
import { unsent } from "./talks.js";
import { customerName } from "./words/shared.js";

const OVER = new Set(["completed", "cancelled", "failed", "returned"]);
const SHARES = new Set(["invitation", "consultation"]);
const PAGE = 200;
const RECEIPT_MS = 600;
const SOON_MS = 16;

/** The hand-off with this summary, if it is its own and newer than the one it has. */
export function withSummary(handoff, id, version, summary) {
  if (handoff.handoff_id !== id || version <= (handoff.summary_version ?? 0)) return handoff;
  return { ...handoff, summary, summary_version: version };
}

export class Conversation {
  /**
   * @param {string} id
   * @param {import("./desk.js").Desk} desk
   */
  constructor(id, desk) {
    this.id = id;
    this.desk = desk;
    this.version = signal(0); // grows with every change; reading it subscribes
    this.telling = new Telling(desk.me); // its lines and its story
    this.row = null; // as the server's lists have it
    this.details = null; // the acknowledgement of conversation.details
    this.learning = false;
    this.stale = false;
    this.handoffs = new Map();
    this.customerHint = null; // the name on the offer, until the details are here
    this.typing = null; // {name, until}
    this.unreadFrom = null; // seq of the first one that came while nobody looked
    this.since = desk.now();
    this.refusal = null;
    this.stint = null; // ours: live, in wrap-up, or the one that ended last
    this.wrote = null; // the mode that was shown last, see modes.js: a role that changes ends one stint and begins another
    this.opened = false;
    this.first = 1; // the lowest seq that is known here
    this.past = null; // earlier entries on their way
    this.seen = null; // how far the customer has come, in its own numbers
    this.sent = new Map(); // seq of a message of ours -> its public number
    this.head = 0;
    this.stream = new Stream({
      apply: (event) => this.#apply(event),
      number: (event) => event.seq,
      read: (after) => desk.call("timeline.read", { conversation_id: id, after }),
    });
    this.outbox = new Outbox({
      send: (item) => this.#send(item),
      changed: () => this.touch(),
      refused: (item, error) => unsent(desk, this, item, error),
      store: desk.drafts.unsent(id),
    });
  }

  get customer() {
    return customerName(this.details?.customer || this.row?.customer || this.customerHint, this.id);
  }

  get queue() {
    const id = [...this.handoffs.values()].findLast((handoff) => handoff.queue)?.queue ?? this.row?.queue_id ?? "";
    const name = this.desk.queueName(id);
    // A queue that is none of ours has no name here; then the one that the row tells.
    return name === id ? (this.row?.queue ?? name) : name;
  }

  get live() {
    return this.stint?.state === "live";
  }

  /** Holder and helpers speak to the customer; whoever is consulted or watches speaks to agents only. */
  get speaks() {
    return this.live && ["holder", "helper"].includes(this.stint.role);
  }

  get holds() {
    return this.live && this.stint.role === "holder";
  }

  get wrappingUp() {
    return this.stint?.state === "wrap_up";
  }

  get entries() {
    return this.telling.entries;
  }

  get holder() {
    return this.telling.story.holder;
  }

  get waitsSince() {
    return this.telling.story.closed ? null : this.telling.late;
  }

  get last() {
    return words(this.telling.said, this.desk.me);
  }

  /** The other agents that are in now, ours left out: live stints. */
  get others() {
    return (this.details?.stints ?? []).filter((stint) => stint.state === "live" && stint.agent.id !== this.desk.me);
  }

  /** The baton as we know it: while we are in, from the entries; after our part, what the server says of it. */
  get baton() {
    const { story } = this.telling;
    if (this.live || !this.details) return { parts: parked(story.parts, story.held), pending: this.pending, closed: story.closed };
    const { baton, status } = this.details;
    return { parts: parked(baton, status === "held"), pending: this.pending, closed: status === "closed" };
  }

  /** The hand-offs that are on their way: the pass, if one is, and those who were asked to join. */
  get asked() {
    return [...this.handoffs.values()].filter((one) => !OVER.has(one.state));
  }

  /** The pending pass of a giver who stays; null when there is none. */
  get pass() {
    return this.asked.findLast((one) => !SHARES.has(one.kind)) ?? null;
  }

  /** The pending hand-off, as the baton draws it, or null. */
  get pending() {
    const handoff = this.asked.findLast((one) => towards(one) && !SHARES.has(one.kind));
    if (!handoff) return null;
    const { kind, name, id } = towards(handoff);
    const times = handoff.until ? { started_at: new Date(handoff.heard).toISOString(), deadline_at: new Date(handoff.until).toISOString() } : {};
    return { kind, name, agent_id: id, ...times };
  }

  /** The latest story that came with a hand-off: what the summary card shows. */
  get summary() {
    return this.#stories.findLast((handoff) => handoff.summary || handoff.summary_text) ?? null;
  }

  get note() {
    return this.#stories.findLast((handoff) => handoff.note) ?? null;
  }

  /** What was told when somebody was let in beside us is for them; our own story stays. */
  get #stories() {
    return [...this.handoffs.values()].filter((one) => !(SHARES.has(one.kind) && one.giver?.id === this.desk.me));
  }

  touch() {
    clearTimeout(this.soon);
    this.soon = null;
    this.version.value += 1;
  }

  /** The same within a frame or so: entries come in rows, and one drawing is enough for many. */
  touchSoon() {
    this.soon ??= setTimeout(() => this.touch(), SOON_MS);
  }

  /** An entry of the timeline, from a push, a transcript or a page that was asked for. */
  push(event) {
    this.head = Math.max(this.head, event.seq);
    if (!this.opened && this.row) return this.#glance(event);
    this.opened = true; // no list says what is in it
    if (event.seq < this.first) return void this.past?.push(event);
    this.stream.push(event);
  }

  /** Somebody looks at it: read its newest entries, and from now on all that come. */
  open() {
    if (this.opened) return;
    this.#begin();
    if (this.desk.session.link.value === "up") this.resume(this.head);
  }

  /** A long chat begins with its last page; what is before comes when somebody scrolls up. */
  #begin() {
    this.opened = true;
    if (this.stream.have || this.head <= 2 * PAGE) return;
    this.first = this.head - PAGE + 1;
    this.stream.have = this.head - PAGE;
  }

  /** Let the timeline show the entry with this number, once it is there. */
  show(seq) {
    this.wanted = seq;
    this.touch();
  }

  /** Whether there are entries before those that are known. */
  get hasEarlier() {
    return this.first > 1;
  }

  /** Read a page of the entries before those that are known. */
  async earlier() {
    if (!this.hasEarlier || this.past) return;
    const past = (this.past = []);
    const after = Math.max(0, this.first - 1 - PAGE);
    const limit = this.first - 1 - after;
    try {
      await this.desk.call("timeline.read", { conversation_id: this.id, after, limit });
      const page = past.filter((event) => event.seq > after).sort((a, b) => a.seq - b.seq);
      if (page.length === limit) {
        this.first = after + 1;
        this.telling.unshift(page, this.#before(page[0].at));
      }
    } catch {
      // Offline: whoever scrolls up again asks again.
    } finally {
      this.past = null;
      this.touch();
    }
  }

  /** Connected: read what is missing, say what waits, and learn what is around it. */
  resume(head) {
    this.head = Math.max(this.head, head);
    this.outbox.resume(); // also after our part: then the server says that it is over, and the words are a draft again
    if (!this.opened && this.row) return;
    if (!this.opened) this.#begin();
    this.stream.resume(this.head);
    this.learn();
  }

  pause() {
    this.stream.pause();
    this.outbox.pause();
    this.typing = null;
    this.touch();
  }

  /** A hand-off moved on; after our part that is all we hear, so ask how things stand. */
  handoffMoved(info) {
    this.handoff(info);
    if (this.opened) this.learn();
  }

  handoff(info) {
    const known = this.handoffs.get(info.handoff_id);
    this.handoffs.delete(info.handoff_id);
    const until = info.ends_in_ms === undefined ? null : this.desk.now() + info.ends_in_ms;
    this.handoffs.set(info.handoff_id, { heard: known?.heard ?? this.desk.now(), ...info, until });
    this.touch();
  }

  retold(id, version, summary) {
    const known = this.handoffs.get(id);
    if (!known) return;
    this.handoffs.set(id, { ...withSummary(known, id, version, summary), model_pending: false });
    this.touch();
  }

  /** How far the customer has come: `{by, delivered, read}` in its own numbers. */
  receipt({ by, delivered, read }) {
    if (by !== "customer") return;
    this.seen = { delivered: Math.max(delivered, this.seen?.delivered ?? 0), read: Math.max(read, this.seen?.read ?? 0) };
    this.touch();
  }

  /** It was seen up to this number: say so, once in a while. */
  markRead(seq) {
    if (!this.live || !seq || seq <= (this.marked ?? 0)) return;
    this.marked = seq;
    clearTimeout(this.marking);
    this.marking = setTimeout(() => {
      const about = { conversation_id: this.id, stint_id: this.stint.stint_id, read: this.marked };
      if (this.live) this.desk.call("receipt.set", about).catch(() => (this.marked = 0));
    }, RECEIPT_MS);
  }

  /** Nobody looks at it any more: what comes from now on is new. */
  lookedAway() {
    this.unreadFrom = null;
    this.shown = null;
  }

  /** Ask how things stand. What happens while an answer is on its way asks once more: it may be older. */
  async learn() {
    this.stale = true;
    if (this.learning) return;
    this.learning = true;
    try {
      while (this.stale) {
        this.stale = false;
        this.#learnt(await this.desk.call("conversation.details", { conversation_id: this.id }));
      }
    } catch {
      // Offline, or not ours any more: what is shown already stays.
    } finally {
      this.learning = false;
    }
  }

  say(text) {
    return this.sendContent({ type: "text", text });
  }

  sendContent(content) {
    this.refusal = null;
    return this.#queue({ kind: "message", stint_id: this.stint.stint_id, content });
  }

  whisper(text) {
    this.refusal = null;
    return this.#queue({ kind: "whisper", stint_id: this.stint.stint_id, content: { type: "text", text } });
  }

  write(text) {
    this.refusal = null;
    return this.#queue({ kind: "note", stint_id: this.stint.stint_id, text });
  }

  /** `sentence`: what to say instead of the server's own words. */
  refuse(error, sentence = error.message) {
    this.refusal = { sentence, code: error.code, at: this.desk.now() };
    this.touch();
  }

  #queue(item) {
    return this.outbox.add({ client_id: newClientId(), ...item }).catch(() => {});
  }

  async #send({ kind, stint_id, client_id, content, text }) {
    const about = { conversation_id: this.id, stint_id, client_id };
    if (kind === "note") return this.desk.call("note.add", { ...about, text });
    const reply = await this.desk.call(kind === "whisper" ? "whisper.send" : "message.send", { ...about, content });
    if (reply.public_seq) this.sent.set(reply.seq, reply.public_seq);
    return reply;
  }

  #learnt(details) {
    const before = this.#parts(details);
    this.details = details;
    this.head = Math.max(this.head, details.head);
    if (this.stream.have < this.head) {
      if (!this.entries.length) this.#begin();
      this.stream.resume(this.head);
    }
    this.receipt({ by: "customer", ...details.seen });
    for (const info of details.handoffs) this.handoff(info);
    if (this.first > 1 && this.entries.length && before !== this.seeded) this.telling.retell(this.#before(this.entries[0].at));
    this.touch();
  }

  #parts(details) {
    return details.baton.map((part) => part.started_at).join();
  }

  /** The parts of the baton that began before a time, as a story begins with them. */
  #before(at) {
    if (!this.details) return [];
    this.seeded = this.#parts(this.details);
    const parts = this.details.baton.filter((part) => Date.parse(part.started_at) < Date.parse(at));
    return parts.map((part, index) => (index === parts.length - 1 ? { ...part, ended_at: null } : part));
  }

  /** Nobody looks at it: mark where the new begins, and let the server's row say the rest. */
  #glance(event) {
    if (this.#isNew(event)) this.unreadFrom ??= event.seq;
    this.touchSoon();
  }

  #isNew({ event, actor, at }) {
    return event === "message.created" && actor.type === "customer" && Date.parse(at) > this.since;
  }

  #apply(event) {
    this.telling.push(event);
    const mine = event.actor?.id === this.desk.me;
    if (event.public_seq) this.sent.set(event.seq, event.public_seq);
    if (event.data?.client_id && mine) this.outbox.stored(event.data.client_id);
    if (event.event === "message.created") {
      this.typing = null;
      this.heardAt = Date.now();
      if (this.#isNew(event) && this.desk.view.selected.value !== this.id) this.unreadFrom ??= event.seq;
    }
    if (fateful(event)) this.learn();
    this.touchSoon();
  }
}

/** Who has it, or has an offer of it: the agent a hand-off goes to, as far as one is known. */
export const towards = ({ receiver, offered_to: offered }) => receiver ?? offered ?? null;

/** On hold nobody holds it, and nobody is looked for: that part looks its own way. */
function parked(parts, held) {
  return held ? parts.map((part, index) => (index === parts.length - 1 ? { ...part, kind: "held", name: "On hold" } : part)) : parts;
}

function fateful({ event }) {
  return event === "conversation.agent_added" || event === "conversation.agent_removed" || event === "conversation.closed";
}
