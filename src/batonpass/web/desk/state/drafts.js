// What is written and not sent, per conversation and mode: it survives a reload of this tab, and goes when one signs out.

import { signal } from "@preact/signals";

const DRAFT = "batonpass:draft:";
const UNSENT = "batonpass:unsent:";
const WHOSE = "batonpass:drafts-of";

export class Drafts {
  constructor(storage) {
    this.storage = storage;
    this.chats = signal(new Set(this.#stored())); // ids of the chats that have one; read it and hear of changes
  }

  text(id, mode) {
    return this.storage.getItem(`${DRAFT}${id}:${mode}`) ?? "";
  }

  keep(id, mode, text) {
    if (text.trim()) this.storage.setItem(`${DRAFT}${id}:${mode}`, text);
    else this.storage.removeItem(`${DRAFT}${id}:${mode}`);
    const has = this.#modes(id).length > 0;
    if (has === this.chats.value.has(id)) return;
    const chats = new Set(this.chats.value);
    if (has) chats.add(id);
    else chats.delete(id);
    this.chats.value = chats;
  }

  /** Who signs in finds their own words here, and nobody else's. */
  belongTo(agentId) {
    const before = this.storage.getItem(WHOSE);
    if (before && before !== agentId) this.clear();
    this.storage.setItem(WHOSE, agentId);
  }

  /** The chats where something is not acknowledged: said before a reload. */
  get unsentChats() {
    return Object.keys(this.storage)
      .filter((key) => key.startsWith(UNSENT))
      .map((key) => key.slice(UNSENT.length));
  }

  /** Forget everything: whoever comes next is another person. */
  clear() {
    for (const key of Object.keys(this.storage)) if (key.startsWith(DRAFT) || key.startsWith(UNSENT)) this.storage.removeItem(key);
    this.chats.value = new Set();
  }

  /** Where an `Outbox` of a conversation keeps what the server has not acknowledged, for a reload. */
  unsent(id) {
    const place = UNSENT + id;
    const load = () => JSON.parse(this.storage.getItem(place) ?? "[]");
    const put = (items) => (items.length ? this.storage.setItem(place, JSON.stringify(items)) : this.storage.removeItem(place));
    return {
      load,
      save: (item) => put([...load(), item]),
      drop: (item) => put(load().filter((one) => one.client_id !== item.client_id)),
    };
  }

  #modes(id) {
    return Object.keys(this.storage).filter((key) => key.startsWith(`${DRAFT}${id}:`));
  }

  #stored() {
    return Object.keys(this.storage)
      .filter((key) => key.startsWith(DRAFT))
      .map((key) => key.slice(DRAFT.length, key.lastIndexOf(":")));
  }
}
