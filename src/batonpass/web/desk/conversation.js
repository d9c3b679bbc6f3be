// One conversation at the desk: its timeline, what is around it, and what is not sent yet.

import { signal } from "@preact/signals";
import { Outbox, Stream, newClientId } from "../stream.js";
import { lastSaid, lines, unanswered } from "./rows.js";

const OVER = new Set(["completed", "cancelled", "failed", "returned"]);

/** The hand-off with this summary, if it is its own and newer than the one it has. */
export function withSummary(handoff, id, version, summary) {
  if (handoff.handoff_id !== id || version <= (handoff.summary_version ?? 0)) return handoff;
  return { ...handoff, summary, summary_version: version };
}

export class Conversation {
  /**
   * @param {string} id
   * @param {object} desk  `me`, `call(event, payload)` and `clock.now()` of the desk
   */
  constructor(id, desk) {
    this.id = id;
    this.desk = desk;
    this.version = signal(0); // grows with every change; reading it subscribes
    this.entries = [];
    this.details = null; // the acknowledgement of conversation.details
    this.learning = false;
    this.stale = false;
    this.handoffs = new Map();
    this.customerHint = null; // the name on the offer, until the details are here
    this.typing = null; // {name, until}
    this.unread = 0;
    this.since = desk.now();
    this.refusal = null;
    this.stint = null; // ours: live, in wrap-up, or the one that ended last
    this.stream = new Stream({
      apply: (event) => this.#apply(event),
      number: (event) => event.seq,
      read: (after) => desk.call("timeline.read", { conversation_id: id, after }),
    });
    this.outbox = new Outbox({ send: (item) => this.#send(item), changed: () => this.touch(), store: desk.drafts.unsent(id) });
  }

  get customer() {
    return customerName(this.details?.customer || this.customerHint, this.id);
  }

  get queue() {
    return this.desk.queueName([...this.handoffs.values()].findLast((handoff) => handoff.queue)?.queue ?? "");
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

  get told() {
    if (this.tellingOf !== this.entries.length) {
      this.tellingOf = this.entries.length;
      this.telling = lines(this.entries, this.desk.me);
    }
    return this.telling;
  }

  get holder() {
    return this.told.story.holder;
  }

  get waitsSince() {
    return this.told.story.closed ? null : unanswered(this.entries);
  }

  get last() {
    return lastSaid(this.entries, this.desk.me);
  }

  /** The baton as we know it: while we are in, from the entries; after our part, what the server says of it. */
  get baton() {
    const { story } = this.told;
    const passedOn = !this.live && this.details;
    if (!passedOn) return { parts: story.parts, pending: this.pending, closed: story.closed };
    return { parts: this.details.baton, pending: this.pending, closed: this.details.status === "closed" };
  }

  /** The pending hand-off, as the baton draws it, or null. */
  get pending() {
    const handoff = [...this.handoffs.values()].findLast((one) => !OVER.has(one.state) && one.receiver);
    return handoff ? { kind: handoff.receiver.kind, name: handoff.receiver.name } : null;
  }

  /** The latest story that came with a hand-off: what the summary card shows. */
  get summary() {
    return [...this.handoffs.values()].findLast((handoff) => handoff.summary) ?? null;
  }

  get note() {
    return [...this.handoffs.values()].findLast((handoff) => handoff.note) ?? null;
  }

  touch() {
    this.version.value += 1;
  }

  push(event) {
    this.stream.push(event);
  }

  /** Connected: read what is missing, say what waits, and learn what is around it. */
  resume(head) {
    this.stream.resume(head);
    if (this.live || this.wrappingUp) this.outbox.resume();
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
    if (!this.live) this.learn();
  }

  handoff(info) {
    this.handoffs.delete(info.handoff_id);
    this.handoffs.set(info.handoff_id, info);
    this.touch();
  }

  retold(id, version, summary) {
    const known = this.handoffs.get(id);
    if (!known) return;
    this.handoffs.set(id, withSummary(known, id, version, summary));
    this.touch();
  }

  /** Ask how things stand. What happens while an answer is on its way asks once more: it may be older. */
  async learn() {
    this.stale = true;
    if (this.learning) return;
    this.learning = true;
    try {
      while (this.stale) {
        this.stale = false;
        this.details = await this.desk.call("conversation.details", { conversation_id: this.id });
        for (const info of this.details.handoffs) this.handoff(info);
        this.touch();
      }
    } catch {
      // Offline, or not ours any more: what is shown already stays.
    } finally {
      this.learning = false;
    }
  }

  say(text) {
    this.refusal = null;
    return this.#queue({ kind: "message", stint_id: this.stint.stint_id, content: { type: "text", text } });
  }

  whisper(text) {
    this.refusal = null;
    return this.#queue({ kind: "whisper", stint_id: this.stint.stint_id, content: { type: "text", text } });
  }

  write(text) {
    this.refusal = null;
    return this.#queue({ kind: "note", stint_id: this.stint.stint_id, text });
  }

  refuse(error) {
    this.refusal = { sentence: error.message, at: this.desk.now() };
    this.touch();
  }

  #queue(item) {
    const sent = this.outbox.add({ client_id: newClientId(), ...item });
    return sent.catch((error) => this.refuse(error));
  }

  #send({ kind, stint_id, client_id, content, text }) {
    const about = { conversation_id: this.id, stint_id, client_id };
    if (kind === "note") return this.desk.call("note.add", { ...about, text });
    return this.desk.call(kind === "whisper" ? "whisper.send" : "message.send", { ...about, content });
  }

  #apply(event) {
    this.entries.push(event);
    const mine = event.actor?.id === this.desk.me;
    if (event.data?.client_id && mine) this.outbox.stored(event.data.client_id);
    if (event.event === "message.created") {
      this.typing = null;
      const fresh = Date.parse(event.at) > this.since;
      if (fresh && event.actor.type === "customer" && this.desk.view.selected.value !== this.id) this.unread += 1;
    }
    if (fateful(event)) this.learn();
    this.touch();
  }
}

/** What the customer is called here; an anonymous one by the end of the chat's id. */
export function customerName(name, conversationId) {
  return name || `Customer ${conversationId.slice(-4).toUpperCase()}`;
}

function fateful({ event }) {
  return event === "conversation.agent_added" || event === "conversation.agent_removed" || event === "conversation.closed";
}
