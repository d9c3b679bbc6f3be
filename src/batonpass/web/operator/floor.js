// What goes on now, as the supervisors' socket tells it: queues with their ladders, live conversations, switches,
// alerts. A snapshot at each connect, hints in between; the page keeps nothing else about the floor.

import { signal } from "@preact/signals";
import { Connection } from "../connection.js";

const MOST_ALERTS = 50;

export class Floor {
  constructor({ io, server, auth }) {
    Object.assign(this, { io, server, auth });
    this.link = signal("off"); // off, connecting, up, down
    this.refusal = signal(null); // why the socket will not have us
    this.me = signal(null); // the agent we act as, or null for an admin who is none
    this.queues = signal([]);
    this.conversations = signal([]);
    this.more = signal(false); // there are more live conversations than are listed
    this.switches = signal({});
    this.alerts = signal([]);
    this.version = signal(0); // grows when the configuration in force is another one
    this.changed = signal(null); // {id} of the conversation that moved last
    this.skew = 0;
    this.connection = null;
  }

  /** The server's clock in ms, as well as it is known here. */
  now(at = Date.now()) {
    return at + this.skew;
  }

  start() {
    this.stop();
    this.link.value = "connecting";
    this.connection = new Connection({
      io: this.io,
      server: this.server,
      namespace: "/supervisor",
      auth: () => this.auth.handshake,
      opened: (snapshot, envelope) => this.#opened(snapshot, envelope),
      event: (name, envelope) => this.#event(name, envelope),
      closed: () => (this.link.value = "down"),
      refused: (error) => {
        this.link.value = "off";
        // A credential that is good no more leads to the door; anything else is told on the page.
        if (["bad_token", "not_allowed"].includes(error.code)) this.auth.refused(error.message);
        else this.refusal.value = error.message;
      },
    });
  }

  stop() {
    this.connection?.close();
    this.connection = null;
    this.link.value = "off";
    this.me.value = null;
    this.queues.value = this.conversations.value = this.alerts.value = [];
    this.switches.value = {};
    this.more.value = false;
    this.refusal.value = this.changed.value = null;
  }

  /** Say something on the socket. Throws `Refused`. */
  call(event, payload) {
    return this.connection.call(event, payload);
  }

  conversation(id) {
    return this.conversations.value.find((one) => one.conversation_id === id) ?? null;
  }

  queue(id) {
    return this.queues.value.find((one) => one.queue_id === id) ?? null;
  }

  queueName(id) {
    return this.queue(id)?.name ?? id;
  }

  #opened(snapshot, { at }) {
    this.skew = Date.parse(at) - Date.now();
    this.me.value = snapshot.agent ?? null;
    this.queues.value = snapshot.queues;
    this.conversations.value = snapshot.conversations;
    this.more.value = snapshot.more;
    this.switches.value = snapshot.switches;
    this.refusal.value = null;
    this.link.value = "up";
  }

  #event(name, { data, at, event_id: id, conversation_id: conversation }) {
    if (name === "queue.updated") this.#queue(data);
    else if (name === "conversation.updated") this.#conversation(data.conversation);
    else if (name === "switches.updated") this.switches.value = data.switches;
    else if (name === "alert.raised") this.alerts.value = [{ id, at, conversation, ...data }, ...this.alerts.value].slice(0, MOST_ALERTS);
    else if (name === "config.updated") this.#configured(data);
  }

  #queue({ queue_id: id, queue, name, waiting }) {
    const next = queue ?? { ...this.queue(id), name, waiting };
    const known = this.queues.value.some((one) => one.queue_id === id);
    this.queues.value = known ? this.queues.value.map((one) => (one.queue_id === id ? next : one)) : [...this.queues.value, next];
  }

  #conversation(info) {
    const others = this.conversations.value.filter((one) => one.conversation_id !== info.conversation_id);
    this.conversations.value = info.status === "closed" ? others : [...others, info];
    this.changed.value = { id: info.conversation_id };
  }

  #configured({ version, queues }) {
    this.queues.value = this.queues.value.filter((one) => queues.includes(one.queue_id));
    this.version.value = version;
  }
}
