// The customer's side of a chat, without a screen: session, connection, timeline, what is not sent yet. The view
// reads its fields and is told of changes.

import { Connection } from "../connection.js";
import { Story } from "../story.js";
import { Outbox, Stream, newClientId } from "../stream.js";
import { CUSTOMER as W } from "../words.js";

const TYPING_EVERY_MS = 3_000;

// Whom a wait is for, by the code of the notice that tells of it. What is not here leaves it as it was.
const SEEKS_PERSON = { passing_to_person: true, lost_person: true, no_reply: true, hold_over: true, waiting: true, passing_to_bot: false };

// Closes after which an address may still be left: nobody could answer.
const LEFT_ALONE = new Set(["unanswered", "closed_hours", "abandoned"]);

export class Chat {
  /**
   * @param {object} parts
   * @param {Function} parts.io  socket.io-client's `io`
   * @param {Function} parts.fetch
   * @param {string} parts.server  origin of the server
   * @param {Memory} parts.memory
   * @param {{context: object, locale: string}} parts.about  sent when a chat starts
   * @param {(what: string) => void} parts.changed  "entry" (with the entry), "outbox" or "state"
   */
  constructor({ io, fetch, server, memory, about, changed }) {
    Object.assign(this, { io, fetch, server, memory, about, changed });
    this.link = "off"; // off, connecting, up, down
    this.fault = null; // why there is no chat: a sentence, "" when nothing but the network is known, null when well
    this.connection = null;
    this.renewed = false;
    this.outbox = new Outbox({ send: (item) => this.#sendOne(item), changed: () => this.changed("outbox"), store: memory });
    this.#fresh();
  }

  /** Whether this browser is in a chat already, so that the widget should connect before it is opened. */
  get resumable() {
    return Boolean(this.memory.session && this.memory.chat);
  }

  get holder() {
    return this.story.holder;
  }

  get closed() {
    return this.story.closed;
  }

  /** Whether what is written now opens a closed chat again. */
  get canReopen() {
    return this.closed && this.reopenS > 0 && Date.now() < this.closedAt + this.reopenS * 1000;
  }

  /** Nobody holds the baton and the chat goes on. */
  get waiting() {
    return Boolean(this.conversationId) && !this.closed && !this.holder && this.entries.length > 0;
  }

  /** The question that is open about this chat, if the customer has not put it off. */
  get question() {
    return this.questions.find((one) => one.conversation_id === this.conversationId && !this.skipped.has(one.question_id)) ?? null;
  }

  /** Nobody is there, and this queue takes an address instead. */
  get mayLeaveContact() {
    if (!this.takesContacts || this.contactKept || this.holder?.kind === "representative") return false;
    if (this.closed) return LEFT_ALONE.has(this.closeReason);
    return this.nobody || Boolean(this.waiting && this.place);
  }

  /** Connect, and start or resume the chat. Safe to call again. */
  async open() {
    this.wanted = true;
    if (this.connection) return this.#begin();
    this.link = "connecting";
    this.fault = null;
    this.changed("state");
    try {
      await this.#session();
      this.#connect();
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Say something: text, or the value of a pressed choice. */
  say(text) {
    this.typingSent = 0;
    const content = { type: "text", text };
    return this.#queue({ kind: "message", content });
  }

  async askForPerson() {
    this.asking = true;
    this.refusal = null;
    this.changed("state");
    try {
      const reply = await this.#queue({ kind: "human" });
      if (reply?.answer) this.#placed(reply.answer);
    } catch (error) {
      this.refusal = error.message;
      this.nobody ||= error.code === "unavailable";
    }
    this.asking = false;
    this.changed("state");
  }

  /** Answer the question about a person's part. */
  giveScore(question_id, score, comment) {
    return this.#care("csat.give", { question_id, score, comment }, () => {
      this.questions = this.questions.filter((one) => one.question_id !== question_id);
      this.thanked = W.thanks;
    });
  }

  skipQuestion(question_id) {
    this.skipped.add(question_id);
    this.changed("state");
  }

  /** Leave an address: `{message, name, email, phone}`. The chat ends. */
  leaveContact(said) {
    this.contactId ??= newClientId("contact:");
    const payload = { conversation_id: this.conversationId, client_id: this.contactId, ...said };
    return this.#care("contact.leave", payload, () => {
      this.contactKept = true;
      if (LEFT_ALONE.has(this.closeReason)) this.thanked = W.contactKept; // else the chat's own last line says so
    });
  }

  /** What is said once, and again by a press on the same button. */
  async #care(event, payload, kept) {
    this.refusal = null;
    try {
      await this.connection.call(event, payload);
      kept();
    } catch (error) {
      this.refusal = error.message;
    }
    this.changed("state");
  }

  end() {
    return this.#queue({ kind: "end" }).catch((error) => {
      this.refusal = error.message;
      this.changed("state");
    });
  }

  /** After the end: a new chat. */
  again() {
    this.memory.chat = null;
    this.#fresh();
    this.wanted = true;
    this.changed("reset");
    return this.connection ? this.#begin() : this.open();
  }

  /** The customer's fingers are on the keys. */
  typing(on) {
    const due = Date.now() - this.typingSent > TYPING_EVERY_MS;
    if (!this.conversationId || !this.connection || (on ? !due : !this.typingSent)) return;
    this.typingSent = on ? Date.now() : 0;
    this.connection.tell("typing.set", { conversation_id: this.conversationId, on });
  }

  forget(clientId) {
    this.failed = this.failed.filter((item) => item.client_id !== clientId);
    this.changed("outbox");
  }

  stop() {
    this.connection?.close();
    this.connection = null;
    this.stream?.pause();
    this.outbox.pause();
    this.link = "off";
  }

  #fresh() {
    this.outbox.pause();
    this.stream?.pause();
    this.stream = null;
    this.conversationId = this.memory.chat?.conversation_id ?? null;
    this.story = new Story();
    this.entries = [];
    this.failed = []; // {client_id, content, message}: refused for good
    this.place = null; // {position, wait}
    this.typist = null; // {name, until}
    this.refusal = null;
    this.asking = false;
    this.nobody = false; // a wish for a person was refused: nobody could come
    this.takesContacts = false;
    this.contactKept = false;
    this.contactId = null;
    this.closeReason = null;
    this.questions = [];
    this.skipped = new Set();
    this.thanked = "";
    this.seeksPerson = false;
    this.typingSent = 0;
    this.wanted = false;
    this.reopenS = 0; // so long after its end a word opens the chat again
    this.closedAt = 0;
  }

  async #session() {
    if (this.memory.session) return this.memory.session;
    const response = await this.fetch(`${this.server}/api/v1/customer-sessions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    if (!response.ok) throw new Error(`no session: ${response.status}`);
    const { customer_id, token } = await response.json();
    this.memory.session = { customer_id, token };
    return this.memory.session;
  }

  #connect() {
    this.connection = new Connection({
      io: this.io,
      server: this.server,
      namespace: "/customer",
      auth: async () => ({ token: (await this.#session()).token }),
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
      const payload = { client_id: startId, context: this.about.context, locale: this.about.locale };
      const started = await this.connection.call("conversation.start", payload);
      this.#join(started.conversation_id, started.head, started);
    } catch (error) {
      if (error.retryable === false) this.fault = error.message;
    }
    this.starting = false;
    this.changed("state");
  }

  #join(conversationId, head, about) {
    this.conversationId = conversationId;
    this.memory.chat = { ...this.memory.chat, conversation_id: conversationId };
    if (about?.position) this.place = { position: about.position, wait: about.wait ?? null };
    this.takesContacts = about?.contacts ?? this.takesContacts;
    this.seeksPerson ||= Boolean(about?.human_pending);
    this.reopenS = about?.reopen_s ?? this.reopenS;
    this.stream ??= new Stream({
      apply: (event) => this.#apply(event),
      number: (event) => event.public_seq,
      read: (after) => this.connection.call("timeline.read", { conversation_id: this.conversationId, after }),
      failed: (error) => this.#gone(error),
    });
    this.stream.resume(head);
    this.outbox.resume();
  }

  #event(name, envelope) {
    if (!envelope || envelope.conversation_id !== this.conversationId) return;
    const event = { event: name, ...envelope };
    if (event.public_seq) this.stream?.push(event);
    else if (name === "queue.position") this.#placed(event.data);
    else if (name === "typing.updated") this.#typed(event);
    else if (name === "csat.asked") this.#asked(event.data.question);
  }

  #apply(event) {
    this.entries.push(event);
    const change = this.story.take(event);
    if (change === "taken") Object.assign(this, { place: null, seeksPerson: false, refusal: null });
    if (change === "closed") this.closedAt = Date.parse(event.at);
    this.seeksPerson = SEEKS_PERSON[event.data.notice?.code] ?? this.seeksPerson;
    if (event.event === "conversation.closed") this.closeReason = event.data.reason;
    else if (change === "taken") this.nobody = false;
    if (event.event === "message.created") {
      if (event.actor?.type === "customer" && event.data.client_id) this.outbox.stored(event.data.client_id);
      else this.typist = null;
    }
    this.changed("entry", event);
  }

  #asked(question) {
    this.thanked = "";
    this.questions = [question, ...this.questions.filter((one) => one.question_id !== question.question_id)];
    this.changed("state");
  }

  #placed({ position = null, wait = null }) {
    if (position && !this.holder) this.place = { position, wait };
    this.changed("state");
  }

  #typed({ actor, data }) {
    clearTimeout(this.typingTimer);
    this.typist = data.on && actor?.type !== "customer" ? { name: actor?.name ?? "" } : null;
    if (this.typist) {
      this.typingTimer = setTimeout(() => {
        this.typist = null;
        this.changed("state");
      }, data.expires_ms);
    }
    this.changed("state");
  }

  #queue(item) {
    const whole = { client_id: newClientId(), order: Date.now(), ...item };
    const sent = this.outbox.add(whole);
    sent.catch((error) => {
      if (whole.kind === "message") this.failed.push({ ...whole, message: error.message });
      if (error.code === "conversation_closed") this.reopenS = 0;
      this.changed("outbox");
    });
    return sent;
  }

  #sendOne({ kind, client_id, content }) {
    const conversation_id = this.conversationId;
    if (kind === "human") return this.connection.call("human.request", { conversation_id, client_id });
    if (kind === "end") return this.connection.call("conversation.end", { conversation_id });
    return this.connection.call("message.send", { conversation_id, client_id, content });
  }

  #lost() {
    this.link = "down";
    this.typist = null;
    this.stream?.pause();
    this.outbox.pause();
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
    if (error.code === "bad_token" && !this.renewed) {
      this.renewed = true;
      this.memory.session = null;
      this.memory.chat = null;
      const wanted = this.wanted;
      this.#fresh();
      this.changed("reset");
      if (wanted) this.open();
      return;
    }
    this.#broken(error);
  }

  #broken(error) {
    this.link = "off";
    this.fault = error.code ? error.message : "";
    this.changed("state");
  }
}
