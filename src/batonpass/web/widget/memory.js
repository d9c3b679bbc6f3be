// What the widget remembers between page loads, per server: the session, the conversation, what was read, and what is not
// sent. All tabs of a site share it, and hear from each other through it. Storage may be forbidden on the page; then it
// is remembered as long as the page lives.

/** A `localStorage` or `sessionStorage` that never throws. */
export function safeStorage(name = "localStorage") {
  try {
    const storage = globalThis[name];
    const probe = "batonpass:probe";
    storage.setItem(probe, "1");
    storage.removeItem(probe);
    return storage;
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
  /** @param {Storage} storage  of all tabs; `tab` is this one's own: an open panel, a draft */
  constructor(storage, server, tab = new MemoryStorage()) {
    this.storage = storage;
    this.tab = tab;
    this.base = `batonpass:${server}`;
  }

  /** `{customer_id, token, identity?}` or null. */
  get session() {
    return this.#read("session");
  }

  set session(value) {
    this.#write("session", value);
  }

  /** `{start_id, conversation_id?}`: the chat this browser is in, or null. */
  get chat() {
    return this.#read("chat");
  }

  set chat(value) {
    this.#write("chat", value);
  }

  /** `{conversation_id, upto, theirs, at}`: what was seen in one of the tabs, and by the house, and when. */
  get read() {
    return this.#read("read");
  }

  set read(value) {
    this.#write("read", value);
  }

  /** Questions that were answered or put off. */
  get asked() {
    return this.#read("asked") ?? [];
  }

  set asked(value) {
    this.#write("asked", value.slice(-20));
  }

  /** `{locale, settings}`: a copy of the operator's settings. */
  get settings() {
    return this.#read("settings");
  }

  set settings(value) {
    this.#write("settings", value);
  }

  /** Whether the panel is open in this tab: it stays so on the next page. */
  get open() {
    return this.#read("open", this.tab) === true;
  }

  set open(value) {
    this.#write("open", value || null, this.tab);
  }

  /** What is written and not sent yet. */
  get draft() {
    return this.#read("draft", this.tab) ?? "";
  }

  set draft(value) {
    this.#write("draft", value || null, this.tab);
  }

  load() {
    const prefix = `${this.base}:out:`;
    const keys = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index));
    const names = keys.filter((key) => key?.startsWith(prefix)).map((key) => key.slice(this.base.length + 1));
    return names.map((name) => this.#read(name)).filter(Boolean).sort((a, b) => a.order - b.order);
  }

  save(item) {
    this.#write(`out:${item.client_id}`, item);
  }

  drop(item) {
    this.storage.removeItem(`${this.base}:out:${item.client_id}`);
  }

  /** Call back with "session", "chat", "read" or "asked" when another tab has changed it. Returns how to stop. */
  watch(changed) {
    const heard = ({ key }) => key?.startsWith(`${this.base}:`) && changed(key.slice(this.base.length + 1));
    globalThis.addEventListener?.("storage", heard);
    return () => globalThis.removeEventListener?.("storage", heard);
  }

  #read(name, storage = this.storage) {
    try {
      return JSON.parse(storage.getItem(`${this.base}:${name}`));
    } catch {
      return null;
    }
  }

  #write(name, value, storage = this.storage) {
    try {
      if (value === null) storage.removeItem(`${this.base}:${name}`);
      else storage.setItem(`${this.base}:${name}`, JSON.stringify(value));
    } catch {
      // Full or forbidden: the chat goes on, only a reload would forget it.
    }
  }
}
