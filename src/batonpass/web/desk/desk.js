// The desk without a screen: its rooms of state (`state/*.js`), and which of them hears of each event. Everything the
// components show is a signal in a room, or a field of a `Conversation` behind its `version`.

import { computed, signal } from "@preact/signals";
import { Acts } from "./state/acts.js";
import { Alerts } from "./state/alerts.js";
import { Drafts } from "./state/drafts.js";
import { Keyboard } from "./state/keyboard.js";
import { Lists } from "./state/lists.js";
import { Offers } from "./state/offers.js";
import { Search } from "./state/search.js";
import { Session } from "./state/session.js";
import { Stints } from "./state/stints.js";
import { Unread } from "./state/unread.js";
import { View } from "./state/view.js";

/** Events that change nothing of a list. */
const QUIET = new Set(["typing.updated", "presence.updated", "summary.updated", "conversation.context"]);

export class Desk {
  constructor({ io, server, auth, storage, browser }) {
    this.auth = auth;
    this.storage = storage;
    this.agent = signal(null);
    this.presence = signal("away");
    this.capacity = signal(null);
    this.place = signal(""); // what the operator calls this workspace
    this.queues = signal([]);
    this.slots = computed(() => this.#slots()); // {capacity, used, wrapUp, offered, free}; free is null without a limit
    this.view = new View();
    this.offers = new Offers(this);
    this.stints = new Stints(this);
    this.lists = new Lists(this);
    this.drafts = new Drafts(storage);
    this.unread = new Unread(this);
    this.search = new Search(this);
    this.alerts = new Alerts(this, browser);
    this.keyboard = new Keyboard(browser);
    this.acts = new Acts(this);
    this.session = new Session(
      { io, server, auth },
      {
        opened: (snapshot) => this.#opened(snapshot),
        event: (name, envelope) => this.#event(name, envelope),
        lost: () => this.stints.pause(),
        left: () => this.#left(),
      },
    );
  }

  get me() {
    return this.agent.value?.id ?? null;
  }

  /** The conversation that is open, or null. */
  get current() {
    return this.stints.conversations.get(this.view.selected.value) ?? null;
  }

  /** The server's clock, in milliseconds, as well as it is known here. */
  now() {
    return Date.now() + this.session.skew;
  }

  /** A queue by its name, where we know it; else by its id. */
  queueName(id) {
    return this.queues.value.find((queue) => queue.queue_id === id)?.name ?? id;
  }

  call(event, payload) {
    return this.session.call(event, payload);
  }

  insist(event, payload) {
    return this.session.insist(event, payload);
  }

  toast(text, open = null) {
    this.view.toast(text, open);
  }

  /** Sign out on purpose: what was begun here goes too, for whoever comes next. */
  async signOut(options) {
    this.drafts.clear();
    await this.auth.signOut(options);
  }

  /** Open a conversation; `null` goes back to the lists. */
  select(id) {
    const row = id && (this.stints.row(id) ?? this.lists.row(id));
    this.view.open(id);
    this.stints.prune();
    if (!id) return;
    const conversation = this.stints.conversation(id);
    conversation.row = row ?? conversation.row ?? null; // what a list knows of it, until it was read
    this.unread.seen(id);
    conversation.open();
    conversation.touch();
  }

  /** Open what the search found, at the line where it stands. */
  find(row) {
    this.lists.keep(row);
    this.select(row.conversation_id);
    const seq = row.hit?.seq;
    if (seq) this.current?.show(seq);
  }

  async setPresence(presence) {
    const before = this.presence.value;
    this.presence.value = presence;
    try {
      await this.insist("presence.set", { presence });
    } catch (error) {
      this.presence.value = before;
      this.lists.refusal.value = error.message;
    }
  }

  #slots() {
    const capacity = this.capacity.value;
    const taking = this.stints.list.value.filter((stint) => stint.role !== "observer");
    const wrapUp = taking.filter((stint) => stint.state === "wrap_up").length;
    const offered = this.offers.open.length;
    const free = capacity ? Math.max(0, capacity - taking.length - offered) : null;
    return { capacity, used: taking.length - wrapUp, wrapUp, offered, free };
  }

  #left() {
    this.stints.clear();
    this.agent.value = null;
    this.offers.clear();
    this.lists.clear();
    this.search.clear();
    this.unread.clear();
    this.view.clear();
  }

  #opened(snapshot) {
    // The cookie of this browser may be somebody else's by now.
    if (this.agent.value && this.me !== snapshot.agent.id) this.#left();
    this.drafts.belongTo(snapshot.agent.id);
    this.agent.value = snapshot.agent;
    this.presence.value = snapshot.presence;
    this.capacity.value = snapshot.capacity ?? null;
    this.queues.value = snapshot.queues;
    if (snapshot.counts) this.lists.counts.value = snapshot.counts;
    this.lists.poke();
    this.offers.restore(snapshot.offers);
    this.stints.restore(snapshot);
  }

  #event(name, envelope) {
    const { conversation_id: id, data } = envelope;
    if (envelope.seq) return this.stints.told(id, { event: name, ...envelope });
    if (!QUIET.has(name)) this.lists.poke();
    return this.#heard[name]?.(data, envelope);
  }

  #heard = {
    "conversation.agent_added": (data, envelope) => this.stints.added(envelope),
    "conversation.context": (data, { conversation_id: id }) => this.stints.join(id, data),
    "offer.made": ({ offer }) => this.offers.made(offer),
    "offer.ended": (data) => this.offers.ended(data),
    "stint.updated": ({ stint }) => this.stints.updated(stint),
    "handoff.updated": ({ handoff }) => this.stints.conversations.get(handoff.conversation_id)?.handoffMoved(handoff),
    "summary.updated": (data) => this.#retold(data),
    "presence.updated": (data) => this.#presence(data),
    "receipt.updated": (data, { conversation_id: id }) => this.stints.conversations.get(id)?.receipt(data),
    "typing.updated": (data, envelope) => this.stints.typing(envelope.conversation_id, envelope),
  };

  /** Another summary of a hand-off, as a model's after the rules': of two the higher version counts. */
  #retold({ handoff_id: id, stint_id: stintId, version, summary }) {
    if (stintId) this.stints.retold(stintId, version, summary);
    if (!id) return;
    this.offers.retold(id, version, summary);
    for (const conversation of this.stints.conversations.values()) conversation.retold(id, version, summary);
  }

  #presence(data) {
    if (data.agent.id !== this.me) return;
    this.presence.value = data.presence;
    if (data.capacity !== undefined) this.capacity.value = data.capacity;
  }
}
