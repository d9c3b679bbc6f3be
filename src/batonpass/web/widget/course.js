// How a chat stands, as its entries and the server's hints tell it: who holds it, who waits where and for whom, what may be
// asked of the customer. Without a network and a screen.

import { Story } from "../story.js";

// Whom a wait is for, by the code of the notice that tells of it. What is not here leaves it as it was.
const SEEKS_PERSON = { passing_to_person: true, lost_person: true, no_reply: true, hold_over: true, waiting: true, passing_to_bot: false };

// Closes after which an address may still be left: nobody could answer.
const LEFT_ALONE = new Set(["unanswered", "closed_hours", "abandoned"]);

export class Course {
  /** @param {import("./memory.js").Memory} memory  which questions were put off, in all tabs */
  constructor(memory) {
    this.memory = memory;
    this.beginAnew(null);
  }

  beginAnew(conversationId) {
    this.conversationId = conversationId;
    this.story = new Story();
    this.entries = 0;
    this.place = null; // {position, wait}
    this.waitsSince = 0; // the number of the entry after which nobody holds it
    this.backTo = null; // the bot one may go back to
    this.typist = null; // {name, kind}
    this.refusal = null;
    this.asking = this.going = false;
    this.nobody = false; // a wish for a person was refused: nobody could come
    this.takesContacts = this.contactKept = false;
    this.contactId = null;
    this.closeReason = null;
    this.questions = [];
    this.thanked = "";
    this.seeksPerson = false;
    this.reopenS = 0; // so long after its end a word opens the chat again
    this.closedAt = 0;
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
    return Boolean(this.conversationId) && !this.closed && !this.holder && this.entries > 0;
  }

  /** The question that is open about this chat, if the customer has not put it off. */
  get question() {
    const done = this.memory.asked;
    return this.questions.find((one) => one.conversation_id === this.conversationId && !done.includes(one.question_id)) ?? null;
  }

  /** Nobody is there, and this queue takes an address instead. */
  get mayLeaveContact() {
    if (!this.takesContacts || this.contactKept || this.holder?.kind === "representative") return false;
    if (this.closed) return LEFT_ALONE.has(this.closeReason);
    return this.nobody || Boolean(this.waiting && this.place);
  }

  /** One more entry. Returns what it changed, see `Story.take`. */
  take(event) {
    const change = this.story.take(event);
    this.entries += 1;
    if (change === "taken") Object.assign(this, { place: null, backTo: null, seeksPerson: false, refusal: null, nobody: false });
    if (change === "left") this.waitsSince = event.public_seq;
    if (change === "closed") Object.assign(this, { place: null, backTo: null, typist: null, closedAt: Date.parse(event.at), closeReason: event.data.reason });
    this.seeksPerson = SEEKS_PERSON[event.data.notice?.code] ?? this.seeksPerson;
    return change;
  }

  /** What a start, a snapshot and a hint say of the wait. */
  placed({ position = null, wait = null, back_to: backTo = null }) {
    if (this.holder) return;
    if (position) this.place = { position, wait };
    this.backTo = backTo?.name ?? null;
  }

  /** What a start and a snapshot say of the chat. */
  learn(about) {
    this.placed(about ?? {});
    this.takesContacts = about?.contacts ?? this.takesContacts;
    this.seeksPerson ||= Boolean(about?.human_pending);
    this.reopenS = about?.reopen_s ?? this.reopenS;
  }

  asked(question) {
    this.thanked = "";
    this.questions = [question, ...this.questions.filter((one) => one.question_id !== question.question_id)];
  }
}
