// The desk without a screen: the connection, what the agent has, and what it can do. Everything the components show
// is a signal here, or a field of a `Conversation` behind its `version`.

import { signal } from "@preact/signals";
import { Connection, Refused } from "../connection.js";
import { newClientId } from "../stream.js";
import { AGENT as W } from "../words.js";
import { Conversation, customerName, withSummary } from "./conversation.js";

const ENDED_STAYS_MS = 4_000;
const TOAST_MS = 5_000;
const KEEP_TRYING_MS = 20_000;

export class Desk {
  constructor({ io, server, storage }) {
    Object.assign(this, { io, server, storage });
    this.link = signal("off"); // off, connecting, up, down
    this.door = signal(null); // why we are not in: a sentence
    this.agent = signal(null);
    this.presence = signal("away");
    this.capacity = signal(null);
    this.offers = signal([]); // {offer, until, from, state, sentence?}, `until` on this machine's clock
    this.stints = signal([]); // ours, live and in wrap-up, with `until`
    this.queues = signal([]);
    this.held = signal([]); // on hold: ours, and those of our queues
    this.waiting = signal(null); // what waits in our queues, once it was looked at
    this.selected = signal(null);
    this.pane = signal("list"); // list, conversation, details: pages of a phone
    this.drawer = signal(false);
    this.dialog = signal(null); // "handBack"
    this.mode = signal("reply");
    this.toasts = signal([]);
    this.heard = signal(""); // read out, assertively
    this.conversations = new Map();
    this.tab = newClientId("tab:"); // presence counts over tabs, and this page is one
    this.skew = 0;
    this.connection = null;
    this.downSince = null;
  }

  get me() {
    return this.agent.value?.id ?? null;
  }

  get current() {
    return this.conversations.get(this.selected.value) ?? null;
  }

  /** The server's clock, in milliseconds, as well as it is known here. */
  now() {
    return Date.now() + this.skew;
  }

  /** A queue by its name, where we know it; else by its id. */
  queueName(id) {
    return this.queues.value.find((queue) => queue.queue_id === id)?.name ?? id;
  }

  // ---------------------------------------------------------------------------------------- the door

  signIn(key) {
    this.leave();
    this.door.value = null;
    this.link.value = "connecting";
    this.storage.setItem("batonpass:key", key);
    this.connection = new Connection({
      io: this.io,
      server: this.server,
      namespace: "/agent",
      auth: () => ({ token: key, tab: this.tab }),
      opened: (snapshot, envelope) => this.#opened(snapshot, envelope),
      event: (name, envelope) => this.#event(name, envelope),
      closed: () => this.#lost(),
      refused: (error) => this.#refused(error),
    });
  }

  signOut() {
    this.storage.removeItem("batonpass:key");
    this.leave();
  }

  leave() {
    this.connection?.close();
    this.connection = null;
    this.conversations.clear();
    this.agent.value = null;
    this.offers.value = [];
    this.stints.value = [];
    this.selected.value = null;
    this.pane.value = "list";
    this.link.value = "off";
  }

  #refused(error) {
    this.leave();
    if (error.code === "bad_token") this.storage.removeItem("batonpass:key");
    this.door.value = error.message;
  }

  #lost() {
    this.link.value = "down";
    this.downSince = Date.now();
    for (const conversation of this.conversations.values()) conversation.pause();
  }

  // ------------------------------------------------------------------------------------------- calls

  /** One acknowledged call; throws `Refused`. */
  call(event, payload) {
    if (!this.connection) return Promise.reject(new Refused({ code: "offline", message: "Not signed in.", retryable: true }));
    return this.connection.call(event, payload);
  }

  /** A call that may be repeated: over a lost connection it is, for a while, until there is an answer. */
  async insist(event, payload) {
    const until = Date.now() + KEEP_TRYING_MS;
    for (;;) {
      try {
        return await this.call(event, payload);
      } catch (error) {
        if (error.retryable === false || Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, error.retry_after_ms ?? 500));
      }
    }
  }

  // ---------------------------------------------------------------------------------------- what comes

  #opened(snapshot, envelope) {
    if (snapshot.agent.kind === "bot") return this.#refused({ code: "bad_token", message: "This key belongs to a bot. Ask your operator for your own." });
    this.skew = envelope.at ? Date.parse(envelope.at) - Date.now() : 0;
    this.agent.value = snapshot.agent;
    this.presence.value = snapshot.presence;
    this.capacity.value = snapshot.capacity ?? null;
    this.queues.value = snapshot.queues;
    this.held.value = snapshot.held ?? [];
    this.link.value = "up";
    this.stints.value = snapshot.stints.map((stint) => this.#timed(stint));
    const kept = this.offers.value.filter((one) => one.state === "ended");
    this.offers.value = [...snapshot.offers.map((offer) => this.#offered(offer)), ...kept];
    for (const stint of snapshot.stints) this.#resume(stint);
    for (const handoff of snapshot.handoffs) this.conversations.get(handoff.conversation_id)?.handoff(handoff);
    this.#resumeOthers(snapshot.stints);
  }

  /** One that we look at and have no stint in any more: read it to its end. */
  #resumeOthers(stints) {
    const ours = new Set(stints.map((stint) => stint.conversation_id));
    for (const conversation of this.conversations.values()) {
      if (ours.has(conversation.id)) continue;
      if (conversation.stint) conversation.stint = { ...conversation.stint, state: "ended" };
      conversation.resume(conversation.stream.have + 1);
    }
  }

  #resume(stint) {
    const conversation = this.#conversation(stint.conversation_id);
    conversation.stint = stint;
    // Not ready: the joining packets come again, and the stream begins with them.
    conversation.resume(stint.ready ? stint.head : 0);
  }

  #conversation(id) {
    if (!this.conversations.has(id)) this.conversations.set(id, new Conversation(id, this));
    return this.conversations.get(id);
  }

  #event(name, envelope) {
    const { conversation_id: id, data } = envelope;
    if (envelope.seq) return this.conversations.get(id)?.push({ event: name, ...envelope });
    switch (name) {
      case "conversation.agent_added":
        return this.#added(envelope);
      case "conversation.context":
        return this.#join(id, data);
      case "offer.made":
        return this.#offer(data.offer);
      case "offer.ended":
        return this.#offerEnded(data);
      case "stint.updated":
        return this.#stint(data.stint);
      case "handoff.updated":
        return this.conversations.get(data.handoff.conversation_id)?.handoffMoved(data.handoff);
      case "summary.updated":
        return this.#retold(data);
      case "hold.started":
        this.held.value = [...this.held.value.filter((one) => one.hold_id !== data.hold.hold_id), data.hold];
        return undefined;
      case "hold.ended":
        this.held.value = this.held.value.filter((one) => one.hold_id !== data.hold_id);
        return undefined;
      case "presence.updated":
        return this.#presence(data);
      case "typing.updated":
        return this.#typing(id, envelope);
      default:
        return undefined;
    }
  }

  /** First packet of a join: a stint of ours has begun. */
  #added({ conversation_id, epoch, at, data: { stint_id, role, agent } }) {
    const known = this.stints.value.some((stint) => stint.stint_id === stint_id);
    if (!known) this.#stint({ stint_id, conversation_id, agent, role, epoch, state: "live", ready: false, started_at: at });
  }

  /** The story of a join: the transcript goes the way of every entry, then the stream goes on behind it. */
  #join(id, { stint_id, handoff, transcript }) {
    const conversation = this.#conversation(id);
    conversation.handoff(handoff);
    for (const entry of transcript) conversation.push(entry);
    this.insist("stint.ready", { stint_id })
      .then(({ head }) => conversation.resume(head))
      .catch((error) => conversation.refuse(error));
    conversation.touch();
  }

  #stint(stint) {
    const others = this.stints.value.filter((one) => one.stint_id !== stint.stint_id);
    this.stints.value = stint.state === "ended" ? others : [...others, this.#timed(stint)];
    const conversation = this.#conversation(stint.conversation_id);
    const replaced = conversation.stint && conversation.stint.stint_id !== stint.stint_id && stint.state === "ended";
    if (!replaced) conversation.stint = stint;
    if (stint.state === "live") conversation.outbox.resume();
    conversation.touch();
    this.#prune();
  }

  /** Another summary of a hand-off, as a model's after the rules': of two the higher version counts. */
  #retold({ handoff_id: id, version, summary }) {
    if (!id) return;
    this.offers.value = this.offers.value.map((one) => {
      const handoff = withSummary(one.offer.handoff, id, version, summary);
      return handoff === one.offer.handoff ? one : { ...one, offer: { ...one.offer, handoff } };
    });
    for (const conversation of this.conversations.values()) conversation.retold(id, version, summary);
  }

  /** Conversations that are over for us and that nobody looks at are forgotten. */
  #prune() {
    const kept = new Set([this.selected.value, ...this.stints.value.map((stint) => stint.conversation_id)]);
    for (const [id, conversation] of this.conversations) {
      if (kept.has(id)) continue;
      conversation.pause();
      this.conversations.delete(id);
    }
  }

  #timed(stint) {
    return { ...stint, until: stint.ends_in_ms === undefined ? null : Date.now() + stint.ends_in_ms };
  }

  #presence(data) {
    if (data.agent.id !== this.me) return;
    this.presence.value = data.presence;
    if (data.capacity !== undefined) this.capacity.value = data.capacity;
  }

  #typing(id, { actor, data }) {
    const conversation = this.conversations.get(id);
    if (!conversation || actor?.id === this.me) return;
    conversation.typing = data.on ? { name: actor?.type === "customer" ? conversation.customer : (actor?.name ?? ""), until: Date.now() + data.expires_ms } : null;
    conversation.touch();
  }

  // ------------------------------------------------------------------------------------------- offers

  #offered(offer) {
    return { offer, from: Date.now(), until: Date.now() + offer.ends_in_ms, state: "open" };
  }

  #offer(offer) {
    const known = this.offers.value.find((one) => one.offer.offer_id === offer.offer_id);
    if (known) return;
    this.offers.value = [...this.offers.value, this.#offered(offer)];
    this.heard.value = `Offered to you: ${customerName(offer.customer, offer.conversation_id)}, ${W.kinds[offer.handoff.kind] ?? offer.handoff.kind}. ${offer.handoff.summary?.issue ?? ""}`;
  }

  #offerEnded({ offer_id: id, state }) {
    const one = this.offers.value.find((known) => known.offer.offer_id === id);
    if (!one) return;
    if (state === "accepted") this.#dropOffer(id);
    else this.#endOffer(id, one.sentence ?? W.offerEnded[state]);
  }

  #change(id, changes) {
    this.offers.value = this.offers.value.map((one) => (one.offer.offer_id === id ? { ...one, ...changes } : one));
  }

  #dropOffer(id) {
    this.offers.value = this.offers.value.filter((one) => one.offer.offer_id !== id);
  }

  /** Ended cards stay a while with the reason, so that nothing moves under the pointer. */
  #endOffer(id, sentence) {
    const one = this.offers.value.find((known) => known.offer.offer_id === id);
    if (!one || one.state === "ended") return;
    this.#change(id, { state: "ended", sentence });
    this.heard.value = sentence;
    setTimeout(() => this.#dropOffer(id), ENDED_STAYS_MS);
  }

  async accept(id) {
    const one = this.offers.value.find((known) => known.offer.offer_id === id);
    if (one?.state !== "open") return;
    this.#change(id, { state: "accepting" });
    try {
      const reply = await this.insist("offer.accept", { offer_id: id });
      this.#dropOffer(id);
      this.#conversation(reply.conversation_id).customerHint = one.offer.customer;
      if (this.composing?.()) this.toast(`${customerName(one.offer.customer, reply.conversation_id)} is yours`, () => this.select(reply.conversation_id));
      else this.select(reply.conversation_id);
    } catch (error) {
      if (error.retryable === false) this.#endOffer(id, error.message);
      else this.#change(id, { state: "open", sentence: error.message });
    }
  }

  async decline(id) {
    const one = this.offers.value.find((known) => known.offer.offer_id === id);
    if (one?.state !== "open") return;
    this.#change(id, { state: "declining" });
    try {
      await this.insist("offer.decline", { offer_id: id });
      this.#endOffer(id, W.offerEnded.declined);
    } catch (error) {
      if (error.retryable === false) this.#endOffer(id, error.message);
      else this.#change(id, { state: "open", sentence: error.message });
    }
  }

  // ------------------------------------------------------------------------------------------ actions

  async setPresence(presence) {
    const before = this.presence.value;
    this.presence.value = presence;
    try {
      await this.insist("presence.set", { presence });
    } catch (error) {
      this.presence.value = before;
      this.toast(error.message);
    }
  }

  select(id) {
    this.selected.value = id;
    this.pane.value = id ? "conversation" : "list";
    this.mode.value = "reply";
    this.#prune();
    const conversation = this.conversations.get(id);
    if (conversation) conversation.unread = 0;
    conversation?.touch();
  }

  /** Hand back to a bot; throws `Refused` when nobody could take it, and then the baton stays here. */
  async handBack(conversation, { target, note }) {
    const payload = { conversation_id: conversation.id, stint_id: conversation.stint.stint_id, client_id: newClientId("hb:"), kind: "hand_back", note };
    if (target) payload.target = target;
    await this.insist("handoff.request", payload);
    this.toast(W.handBack.done);
  }

  async leaveChat(conversation) {
    await this.#act(conversation, "conversation.leave", { conversation_id: conversation.id, stint_id: conversation.stint.stint_id }, W.left);
  }

  async resolve(conversation) {
    await this.#act(conversation, "conversation.resolve", { conversation_id: conversation.id, stint_id: conversation.stint.stint_id }, W.resolved);
  }

  async hold(conversation) {
    const payload = { conversation_id: conversation.id, stint_id: conversation.stint.stint_id, client_id: newClientId("hold:") };
    await this.#act(conversation, "conversation.hold", payload, W.parked.done);
  }

  /** Go on with what is on hold, or take what waits; it opens when it is ours. */
  async take(event, payload) {
    try {
      const reply = await this.insist(event, { ...payload, client_id: newClientId("take:") });
      this.select(reply.conversation_id);
    } catch (error) {
      this.toast(error.message);
    }
    if (this.waiting.value) void this.lookAtQueues();
  }

  /** What waits in our queues, in their order. */
  async lookAtQueues() {
    try {
      const lists = await Promise.all(this.queues.value.map(({ queue_id }) => this.insist("queue.list", { queue_id })));
      this.waiting.value = lists.flatMap((list) => list.waiting);
    } catch (error) {
      this.toast(error.message);
    }
  }

  async finish(conversation) {
    await this.#act(conversation, "wrapup.finish", { stint_id: conversation.stint.stint_id }, "Wrap-up finished");
  }

  async #act(conversation, event, payload, done) {
    conversation.refusal = null;
    try {
      await this.insist(event, payload);
      this.toast(done);
    } catch (error) {
      conversation.refuse(error);
    }
  }

  toast(text, open = null) {
    const toast = { id: newClientId(), text, open };
    this.toasts.value = [...this.toasts.value, toast];
    setTimeout(() => this.dropToast(toast), TOAST_MS);
  }

  dropToast(toast) {
    this.toasts.value = this.toasts.value.filter((one) => one !== toast);
  }
}
