// The customer's side of a chat, without a screen: session, connection, timeline, what is not sent yet. The view
// reads its fields and is told of changes.

import { Connection } from "../connection.js";
import { newClientId, Outbox, Stream } from "../stream.js";
import { Course } from "./course.js";
import { Reading } from "./reading.js";
import { Session } from "./session.js";

const TYPING_EVERY_MS = 3_000;
const START_AGAIN_MS = 2_000;

export class Chat extends Course {
  /**
   * @param {object} parts
   * @param {Function} parts.io  see socket.js
   * @param {Function} parts.fetch
   * @param {string} parts.server  origin of the server
   * @param {import("./memory.js").Memory} parts.memory
   * @param {string|null} [parts.identity]  signed by the site's server
   * @param {import("./words.js").Words} parts.words
   * @param {() => {context: object, locale: string}} parts.about  sent when a chat starts
   * @param {(what: string, event?: object) => void} parts.changed  "entry" (with the entry), "outbox", "state", "reset"
   * @param {(name: string, detail: object) => void} parts.tell  for the page: see docs/widget.md
   */
  constructor({ io, fetch, server, memory, identity, words, about, changed, tell }) {
    super(memory);
    Object.assign(this, { io, server, words, about, changed, tell });
    this.session = new Session({ fetch, server, memory, identity });
    this.link = "off"; // off, connecting, up, down
    this.fault = null; // why there is no chat: a sentence, "" when nothing but the network is known, null when well
    this.connection = null;
    this.renewed = false;
    this.outbox = new Outbox({
      send: (item) => this.#sendOne(item),
      changed: () => this.changed("outbox"),
      refused: (item, error) => this.#unsent(item, error),
      store: memory,
    });
    this.reading = new Reading({ memory, send: (payload) => this.#receipt(payload) });
    this.unwatch = memory.watch((what) => this.#elsewhere(what));
    this.#fresh();
  }

  /** Connect, and start or resume the chat. Safe to call again. */
  async open({ start = true } = {}) {
    this.wanted ||= start;
    if (this.connection) return this.#begin();
    this.link = "connecting";
    this.fault = null;
    this.changed("state");
    try {
      await this.session.open();
      if (!this.connection) this.#connect();
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Say something: text, or the value of a pressed choice. */
  say(text) {
    return this.send({ type: "text", text });
  }

  /** Send content: text, or a file that is stored. */
  send(content) {
    this.typingSent = 0;
    return this.#queue({ kind: "message", content });
  }

  /** What was refused goes out once more. */
  retry(clientId) {
    const item = this.failed.find((one) => one.client_id === clientId);
    this.forget(clientId);
    return item ? this.send(item.content) : null;
  }

  forget(clientId) {
    this.failed = this.failed.filter((item) => item.client_id !== clientId);
    this.changed("outbox");
  }

  askForPerson() {
    return this.#wish("asking", { kind: "human" }, (error) => {
      if (error.code !== "unavailable") return this.words.refusal(error);
      this.nobody = true;
      return this.#unavailable(error);
    });
  }

  /** While nobody has come: back to the bot that held the chat. */
  backToBot() {
    return this.#wish("going", { kind: "bot" }, (error) => {
      this.backTo = null;
      return this.words.refusal(error);
    });
  }

  end() {
    return this.#queue({ kind: "end" }).catch((error) => this.refuse(this.words.refusal(error)));
  }

  /** Show a sentence until something else happens; null takes it away. */
  refuse(sentence) {
    this.refusal = sentence;
    this.changed("state");
  }

  /** After the end: a new chat, as the one who is signed in now. */
  again() {
    if (this.session.identity && this.session.identify(this.session.identity, { between: true }) === "changed") this.stop();
    this.memory.chat = null;
    this.#fresh();
    this.changed("reset");
    return this.open();
  }

  /** Who the customer is has changed: see `settleIdentity`. */
  identify(token) {
    const what = this.session.identify(token, { between: this.closed });
    if (what === "changed") this.#another();
    return what;
  }

  /** The customer's fingers are on the keys. */
  typing(on) {
    const due = Date.now() - this.typingSent > TYPING_EVERY_MS;
    if (!this.conversationId || !this.connection || (on ? !due : !this.typingSent)) return;
    this.typingSent = on ? Date.now() : 0;
    this.connection.tell("typing.set", { conversation_id: this.conversationId, on });
  }

  /** Ask the server something about this chat. Throws `Refused`. */
  call(event, payload) {
    return this.connection ? this.connection.call(event, payload) : Promise.reject({ code: "offline", retryable: true });
  }

  /** Somebody else is here: what one who had a name has not sent yet is not theirs to say. */
  #another() {
    if (this.session.subject) this.outbox.forgetOthers();
    this.replay();
  }

  /** Somebody else, another chat, or a screen that was made anew: begin as on a new page. */
  replay() {
    const { wanted } = this;
    this.stop();
    this.#fresh();
    this.changed("reset");
    if (wanted || this.conversationId) this.open({ start: wanted });
  }

  stop() {
    this.connection?.close();
    this.connection = null;
    this.stream?.pause();
    this.outbox.pause();
    this.reading.stop();
    clearTimeout(this.startTimer);
    this.link = "off";
  }

  #fresh() {
    this.outbox.pause();
    this.stream?.pause();
    this.stream = null;
    this.beginAnew(this.memory.chat?.conversation_id ?? null);
    this.failed = []; // {client_id, content, message}: refused for good
    this.headAtJoin = 0; // what comes above it is news
    this.typingSent = 0;
    this.wanted = false;
    this.reading.reset(this.conversationId);
  }

  /** Another tab has done something. */
  #elsewhere(what) {
    if (what === "read") this.reading.follow();
    if (what === "session" && this.session.stale) return this.#another();
    if (what === "chat") {
      const theirs = this.memory.chat;
      const starting = theirs && !theirs.conversation_id;
      if (!starting && (theirs?.conversation_id ?? null) !== this.conversationId) return this.replay();
    }
    this.changed("state");
  }

  #connect() {
    this.connection = new Connection({
      io: this.io,
      server: this.server,
      namespace: "/customer",
      auth: async () => ({ token: await this.session.open() }),
      opened: (snapshot) => this.#opened(snapshot),
      event: (name, envelope) => this.#event(name, envelope),
      closed: () => this.#lost(),
      refused: (error) => this.#refusedAtDoor(error),
    });
  }

  #opened(snapshot) {
    this.link = "up";
    this.fault = null;
    this.renewed = false;
    this.questions = snapshot.questions ?? [];
    const mine = this.memory.chat?.conversation_id;
    const found = snapshot.conversations.find((one) => one.conversation_id === mine) ?? (mine ? null : snapshot.conversations[0]);
    if (found) this.#join(found.conversation_id, found.head, found);
    else if (mine) this.#join(mine, 1, null); // closed meanwhile: what it said last is still to be read
    else if (this.wanted || this.outbox.items.length) this.#begin();
    this.changed("state");
  }

  async #begin() {
    if (this.conversationId || this.starting || this.link !== "up") return;
    this.starting = true;
    const startId = this.memory.chat?.start_id ?? newClientId("start:");
    this.memory.chat = { start_id: startId };
    try {
      const started = await this.connection.call("conversation.start", { client_id: startId, ...this.about() });
      this.#join(started.conversation_id, started.head, started);
      this.tell("started", { conversation_id: started.conversation_id });
    } catch (error) {
      if (error.retryable === false) this.#fail(error);
      // The line holds, so nothing else would ask again: what was written would wait for ever.
      else if (this.link === "up") this.startTimer = setTimeout(() => this.#begin(), error.retry_after_ms ?? START_AGAIN_MS);
    }
    this.starting = false;
    this.changed("state");
  }

  #join(conversationId, head, about) {
    const known = this.stream !== null;
    this.conversationId = conversationId;
    this.memory.chat = { ...this.memory.chat, conversation_id: conversationId };
    this.learn(about);
    if (known) this.reading.learn(about?.seen);
    else this.reading.reset(conversationId, about?.seen);
    // Of a chat that closed meanwhile the head is not known: nothing of it is news until all was read.
    this.headAtJoin ||= about ? head : Infinity;
    this.stream ??= new Stream({
      apply: (event) => this.#apply(event),
      number: (event) => event.public_seq,
      read: (after) => this.#read(after),
      failed: (error) => this.#gone(error),
    });
    this.stream.resume(head);
    this.outbox.resume();
  }

  async #read(after) {
    const page = await this.connection.call("timeline.read", { conversation_id: this.conversationId, after });
    this.headAtJoin = Math.min(this.headAtJoin, page.head);
    return page;
  }

  #event(name, envelope) {
    if (!envelope || envelope.conversation_id !== this.conversationId) return;
    const event = { event: name, ...envelope };
    if (event.public_seq) this.stream?.push(event);
    else if (name === "queue.position") this.placed(event.data);
    else if (name === "typing.updated") this.#typed(event);
    else if (name === "csat.asked") this.asked(event.data.question);
    else if (name === "receipt.updated") this.reading.readByThem(event.data.read, event.at);
    else return;
    if (!event.public_seq) this.changed("state");
  }

  #apply(event) {
    const before = this.holder;
    const live = event.public_seq > this.headAtJoin;
    const toCustomer = event.event === "message.created" && event.actor?.type !== "customer";
    const change = this.take(event);
    if (toCustomer) this.typist = null;
    else if (event.data.client_id) this.outbox.stored(event.data.client_id);
    this.reading.came(event.public_seq, toCustomer);
    this.changed("entry", { ...event, live });
    if (live) this.#report(event, { before, toCustomer, ended: change === "closed" });
  }

  /** Tell the page what is new. */
  #report({ actor, data, at }, { before, toCustomer, ended }) {
    if (toCustomer) this.tell("message", { from: actor.type, name: actor.name, content: data.content, at });
    if (ended) this.tell("ended", { conversation_id: this.conversationId, reason: data.reason });
    const { kind, name } = this.holder ?? {};
    if (before?.kind !== kind || before?.name !== name) this.tell("holder", this.holder ? { kind, name } : null);
  }

  #typed({ actor, data }) {
    clearTimeout(this.typingTimer);
    this.typist = data.on && actor?.type !== "customer" ? { name: actor?.name ?? "", kind: actor?.type === "person" ? "representative" : "bot" } : null;
    if (!this.typist) return;
    this.typingTimer = setTimeout(() => {
      this.typist = null;
      this.changed("state");
    }, data.expires_ms);
  }

  /** A wish that is answered with a place, or refused with a sentence. `busy` names the field that says it is on its way. */
  async #wish(busy, item, refused) {
    if (this[busy]) return;
    this[busy] = true;
    this.refuse(null);
    try {
      const reply = await this.#queue(item);
      if (reply?.answer) this.placed({ ...reply.answer, back_to: this.backTo && { name: this.backTo } });
    } catch (error) {
      this.refusal = refused(error);
    }
    this[busy] = false;
    this.changed("state");
  }

  #unavailable({ opens_at: opens }) {
    const bot = this.holder?.kind === "bot" ? ` ${this.words.say("go_on_with", { name: this.holder.name })}` : "";
    return (opens ? this.words.say("no_person_until", { when: this.words.when(opens) }) : this.words.say("no_person")) + bot;
  }

  #queue(item) {
    return this.outbox.add({ client_id: newClientId(), order: Date.now(), ...item });
  }

  /** Refused for good: it stays to be read, and to be sent again. */
  #unsent(item, error) {
    if (item.kind === "message") this.failed.push({ ...item, message: this.words.refusal(error) });
    if (error.code === "conversation_closed") this.reopenS = 0;
  }

  #sendOne({ kind, client_id, content }) {
    const conversation_id = this.conversationId;
    if (kind === "human") return this.connection.call("human.request", { conversation_id, client_id });
    if (kind === "bot") return this.connection.call("bot.request", { conversation_id, client_id });
    if (kind === "end") return this.connection.call("conversation.end", { conversation_id });
    return this.connection.call("message.send", { conversation_id, client_id, content });
  }

  #receipt(payload) {
    if (this.link === "up") this.call("receipt.set", { conversation_id: this.conversationId, ...payload }).catch(() => {});
  }

  #lost() {
    this.link = "down";
    clearTimeout(this.startTimer);
    this.typist = null;
    this.stream?.pause();
    this.outbox.pause();
    this.reading.stop();
    this.changed("state");
  }

  /** The chat this browser remembers is not ours any more: forget it. */
  #gone(error) {
    if (error.code !== "not_found") return;
    this.memory.chat = null;
    const wanted = this.wanted;
    this.#fresh();
    this.wanted = wanted;
    this.changed("reset");
    if (wanted) this.#begin();
  }

  #refusedAtDoor(error) {
    this.stop();
    if (error.code !== "bad_token" || this.renewed) return this.#broken(error);
    this.renewed = true;
    this.memory.session = null;
    this.memory.chat = null;
    this.replay();
  }

  #broken(error) {
    this.link = "off";
    this.#fail(error);
    this.changed("state");
  }

  #fail(error) {
    this.fault = error.code ? this.words.refusal(error) : "";
    this.tell("error", { code: error.code ?? "offline" });
  }
}
