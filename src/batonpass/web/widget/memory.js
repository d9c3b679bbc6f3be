// What the widget remembers between page loads, per server: the session, the conversation, and what is not sent.
// Storage may be forbidden on the page; then it is remembered as long as the page lives.

/** A `localStorage` that never throws. */
export function safeStorage() {
  try {
    const probe = "batonpass:probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return new MemoryStorage();
  }
}

export class MemoryStorage {
  #items = new Map();
  get length() {
    return this.#items.size;
  }
  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key) {
    return this.#items.get(key) ?? null;
  }
  setItem(key, value) {
    this.#items.set(key, String(value));
  }
  removeItem(key) {
    this.#items.delete(key);
  }
}

/** The widget's own corner of a storage. One key per unsent message, so that two tabs do not overwrite each other. */
export class Memory {
  constructor(storage, server) {
    this.storage = storage;
    this.base = `batonpass:${server}`;
  }

  /** `{customer_id, token}` or null. */
  get session() {
    return this.#read(`${this.base}:session`);
  }

  set session(value) {
    this.#write(`${this.base}:session`, value);
  }

  /** `{start_id, conversation_id?}`: the chat this browser is in, or null. */
  get chat() {
    return this.#read(`${this.base}:chat`);
  }

  set chat(value) {
    this.#write(`${this.base}:chat`, value);
  }

  load() {
    const prefix = `${this.base}:out:`;
    const keys = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index));
    const items = keys.filter((key) => key?.startsWith(prefix)).map((key) => this.#read(key));
    return items.filter(Boolean).sort((a, b) => a.order - b.order);
  }

  save(item) {
    this.#write(`${this.base}:out:${item.client_id}`, item);
  }

  drop(item) {
    this.storage.removeItem(`${this.base}:out:${item.client_id}`);
  }

  #read(key) {
    try {
      return JSON.parse(this.storage.getItem(key));
    } catch {
      return null;
    }
  }

  #write(key, value) {
    try {
      if (value === null) this.storage.removeItem(key);
      else this.storage.setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the chat goes on, only a reload would forget it.
    }
  }
}
