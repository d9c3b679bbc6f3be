// How far the customer has read, over all tabs and devices: what is unread, and the receipts that say so. Pure of the
// DOM; the memory tells the other tabs.

const TELL_AFTER_MS = 800;

export class Reading {
  /**
   * @param {object} parts
   * @param {import("./memory.js").Memory} parts.memory
   * @param {(payload: {read: number, delivered: number}) => void} parts.send  `receipt.set`
   */
  constructor({ memory, send }) {
    Object.assign(this, { memory, send });
    this.reset(null);
  }

  /** Begin with a chat: what was seen of it before, here or elsewhere. */
  reset(conversationId, seen = null) {
    clearTimeout(this.timer);
    const kept = this.memory.read;
    const here = kept && kept.conversation_id === conversationId ? kept.upto : 0;
    this.conversationId = conversationId;
    this.upto = Math.max(here, seen?.read ?? 0);
    this.have = 0; // the last number that came
    this.theirs = seen?.theirs ?? 0; // how far somebody of the house has read
    this.theirsAt = kept && kept.conversation_id === conversationId && kept.theirs === this.theirs ? kept.at : null;
    this.numbers = []; // of messages to the customer
    this.told = "";
  }

  /** The snapshot of a later connection: others may have read on. */
  learn(seen) {
    this.upto = Math.max(this.upto, seen?.read ?? 0);
    this.theirs = Math.max(this.theirs, seen?.theirs ?? 0);
  }

  came(number, isToCustomer) {
    this.have = Math.max(this.have, number);
    if (isToCustomer) this.numbers.push(number);
    this.#tell();
  }

  get unread() {
    return this.numbers.filter((number) => number > this.upto).length;
  }

  /** The customer looks at the end of the chat. Says whether that was news. */
  see() {
    if (this.upto >= this.have) return false;
    this.upto = this.have;
    this.#keep();
    this.#tell();
    return true;
  }

  /** Another tab has read on. */
  follow() {
    const kept = this.memory.read;
    if (kept?.conversation_id === this.conversationId) this.upto = Math.max(this.upto, kept.upto);
  }

  /** Somebody of the house has read on. */
  readByThem(upto, at) {
    if (upto <= this.theirs) return;
    this.theirs = upto;
    this.theirsAt = at;
    this.#keep();
  }

  #keep() {
    this.memory.read = { conversation_id: this.conversationId, upto: this.upto, theirs: this.theirs, at: this.theirsAt };
  }

  #tell() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const payload = { read: Math.min(this.upto, this.have), delivered: this.have };
      const said = JSON.stringify(payload);
      if (!this.conversationId || !this.have || said === this.told) return;
      this.told = said;
      this.send(payload);
    }, TELL_AFTER_MS);
  }

  stop() {
    clearTimeout(this.timer);
    this.told = ""; // said again after the next connect: perhaps it was lost
  }
}
