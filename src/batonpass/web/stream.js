// How a client never misses, doubles or swaps anything: `Stream` for what comes in, `Outbox` for what goes out.
// Pure of sockets and of the DOM: what they need comes in as functions, the timers too.
//
// The numbers of a conversation are dense (DESIGN law 2), so a gap is always a loss. A push is a hint; the store,
// asked with `timeline.read`, is the truth (law 3).

export const GAP_MS = 250;
const RETRY_MS = 1_000;
const HOLD_AT_MOST = 500;

const CLOCK = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer),
};

/** Applies the entries of one conversation in the order of their numbers, each once. */
export class Stream {
  /**
   * @param {object} parts
   * @param {(event: object) => void} parts.apply  called with entry 1, 2, 3, ... and nothing else
   * @param {(after: number) => Promise<{head: number, upto: number, more: boolean}>} parts.read  `timeline.read`:
   *   its entries come in through `push` before it resolves; it rejects with `retryable: false` when refused
   * @param {(event: object) => number} parts.number  the entry's number
   * @param {(error: object) => void} [parts.failed]  the server refused to read on
   */
  constructor({ apply, read, number, failed = () => {}, have = 0, gapMs = GAP_MS, clock = CLOCK }) {
    Object.assign(this, { apply, read, number, failed, have, gapMs, clock });
    this.head = have; // the highest number heard of
    this.held = new Map(); // number -> entry, each above have + 1
    this.timer = null;
    this.reading = false;
    this.live = true;
  }

  /** An entry, from wherever it came: a push, a transcript, the answer to a read. */
  push(event) {
    const number = this.number(event);
    if (number <= this.have) return;
    this.head = Math.max(this.head, number);
    if (number === this.have + 1) this.#advance(event);
    else if (this.held.size < HOLD_AT_MOST) this.held.set(number, event); // more would come with the read anyway
    this.#watch();
  }

  /** Connected (again): the server says that its last number is `head`. Asks for what is missing, at once. */
  resume(head = 0) {
    this.live = true;
    this.head = Math.max(this.head, head);
    if (this.have < this.head) this.#ask();
  }

  /** The connection is gone: wait for `resume`. What is held stays. */
  pause() {
    this.live = false;
    this.reading = false;
    this.#stopTimer();
  }

  #advance(event) {
    for (let next = event; next; next = this.held.get(this.have + 1)) {
      this.have += 1;
      this.held.delete(this.have);
      this.apply(next);
    }
  }

  /** A gap that stays for `gapMs` is asked for; one that closes by itself is not. */
  #watch(ms = this.gapMs) {
    if (this.have >= this.head) this.#stopTimer();
    else if (this.live && !this.reading && this.timer === null) {
      this.timer = this.clock.set(() => {
        this.timer = null;
        this.#ask();
      }, ms);
    }
  }

  #stopTimer() {
    if (this.timer !== null) this.clock.clear(this.timer);
    this.timer = null;
  }

  async #ask() {
    if (!this.live || this.reading) return;
    this.#stopTimer();
    const token = (this.reading = {}); // a pause in between makes this answer one of another life
    const before = this.have;
    let page = null;
    try {
      page = await this.read(this.have);
    } catch (error) {
      if (this.reading !== token) return;
      this.reading = false;
      if (error?.retryable === false) this.failed(error);
      else this.#watch(RETRY_MS);
      return;
    }
    if (this.reading !== token) return;
    this.reading = false;
    this.head = Math.max(this.head, page.head);
    // The store has no more than this: a larger head heard before was of what this reader may not read.
    if (!page.more && this.have >= page.head && !this.held.size) this.head = this.have;
    if (this.have < this.head && this.have > before) await this.#ask();
    else this.#watch(RETRY_MS);
  }
}

/** Sends one after the other, each until it is acknowledged, always under its one `client_id`. */
export class Outbox {
  /**
   * @param {object} parts
   * @param {(item: object) => Promise<object>} parts.send  resolves with the acknowledgement; rejects with the
   *   refusal `{code, message, retryable, retry_after_ms?}`, or with anything else when there was no answer
   * @param {() => void} [parts.changed]  the list of what is not acknowledged has changed
   * @param {(item: object, error: object) => void} [parts.refused]  an item was refused for good: perhaps one of before a
   *   reload, whose promise nobody has
   * @param {{load(): object[], save(item: object): void, drop(item: object): void}} [parts.store]  survives a reload
   */
  constructor({ send, changed = () => {}, refused = () => {}, store = null, clock = CLOCK }) {
    Object.assign(this, { send, changed, refused, store, clock });
    this.items = (store?.load() ?? []).map((item) => ({ ...item, done: deferred() }));
    this.live = false;
    this.busy = false;
    this.timer = null;
  }

  /** What is not acknowledged, oldest first. */
  get pending() {
    return this.items.map(({ done, ...item }) => item);
  }

  /** Queue `{client_id, ...}`. The promise settles with the acknowledgement or the refusal. */
  add(item) {
    const entry = { ...item, done: deferred() };
    this.items.push(entry);
    this.store?.save(item);
    this.changed();
    this.#pump();
    return entry.done.promise;
  }

  /** Connected (again): go on with the oldest. */
  resume() {
    this.live = true;
    this.#pump();
  }

  /** The connection is gone: what was under way is sent again later, and is still one message. */
  pause() {
    this.live = false;
    this.busy = false;
    if (this.timer !== null) this.clock.clear(this.timer);
    this.timer = null;
  }

  /** Somebody else is here: what the store has not kept for them is not theirs to send. */
  forgetOthers() {
    const kept = new Set((this.store?.load() ?? []).map((item) => item.client_id));
    this.items = this.items.filter((item) => kept.has(item.client_id));
  }

  /** The entry with this client id is stored: seen in the stream, perhaps before its acknowledgement came. */
  stored(clientId) {
    const item = this.items.find((one) => one.client_id === clientId);
    if (item) this.#settle(item, { reply: null });
  }

  async #pump() {
    if (!this.live || this.busy || this.timer !== null || !this.items.length) return;
    const item = this.items[0];
    const token = (this.busy = {});
    const outcome = await this.#attempt(item);
    if (this.busy !== token) return;
    this.busy = false;
    if (outcome.wait !== undefined) this.#later(outcome.wait);
    else this.#settle(item, outcome);
    this.#pump();
  }

  async #attempt(item) {
    try {
      const { done, ...plainItem } = item;
      const reply = await this.send(plainItem);
      return { reply };
    } catch (error) {
      if (error?.retryable === false) return { error };
      return { wait: error?.retry_after_ms ?? RETRY_MS };
    }
  }

  #later(ms) {
    this.timer = this.clock.set(() => {
      this.timer = null;
      this.#pump();
    }, ms);
  }

  #settle(item, { reply, error }) {
    const place = this.items.indexOf(item);
    if (place < 0) return;
    this.items.splice(place, 1);
    this.store?.drop(item);
    if (error) {
      const { done, ...plainItem } = item;
      done.reject(error);
      this.refused(plainItem, error);
    } else item.done.resolve(reply);
    this.changed();
  }
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  made.promise.catch(() => {}); // whoever wants the refusal awaits it; nobody has to
  return made;
}

/** A new client id: unlike any other, also over reloads and tabs. */
export function newClientId(prefix = "") {
  // getRandomValues, unlike randomUUID, also works on a page served over plain HTTP.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return prefix + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
