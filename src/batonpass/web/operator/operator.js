// The operator page without a screen: who is here, where they look, and what they opened.

import { signal } from "@preact/signals";
import { newClientId } from "../stream.js";
import { Configuration } from "./configuration.js";
import { Floor } from "./floor.js";
import { Reports } from "./report.js";
import { Rest } from "./rest.js";

const TOAST_MS = 5_000;
const FIRST = { section: "queues", id: null };

export class Operator {
  constructor({ io, server, auth }) {
    this.auth = auth;
    this.rest = new Rest(auth);
    this.floor = new Floor({ io, server, auth });
    this.reports = new Reports(this.rest);
    this.configuration = new Configuration(this.rest);
    this.route = signal(FIRST);
    this.trace = signal(null); // {id, state: "loading"|"here"|"failed", found, problem}
    this.toasts = signal([]);
    this.menu = signal(false); // the sections, on a phone
    this.drafts = signal({}); // of ladders, by queue: {agent id: priority}
  }

  get admin() {
    return this.auth.me.value?.role === "admin";
  }

  /** Whether who is in may supervise; unknown while the server has not said who that is. */
  get allowed() {
    const me = this.auth.me.value;
    return !me || ["supervisor", "admin"].includes(me.role);
  }

  /** Whoever is in gets the socket and, as an admin, the configuration; whoever is out has neither. */
  begin() {
    this.go(location.hash);
    this.auth.state.subscribe((state) => {
      if (state !== "in" || !this.allowed) return this.#leave();
      this.floor.start();
      if (this.admin) this.configuration.load();
      return undefined;
    });
    // The page came up without an answer to who we are: the server is there now.
    this.floor.link.subscribe((link) => link === "up" && this.auth.state.peek() === "in" && !this.auth.me.peek() && void this.auth.begin());
    // What is explained is explained anew when its chat has moved.
    this.floor.changed.subscribe((moved) => moved && moved.id === this.trace.peek()?.id && this.explain(moved.id));
    this.floor.version.subscribe((version) => {
      if (version && this.auth.me.peek()?.role === "admin" && version !== this.configuration.state.peek()?.version) this.configuration.load();
    });
  }

  /** Nothing of one person's stays for the next who signs in here. */
  #leave() {
    this.floor.stop();
    this.configuration.state.value = null;
    this.reports = new Reports(this.rest);
    this.trace.value = null;
    this.drafts.value = {};
  }

  /** `#/queues/returns`. */
  go(hash) {
    const [section, ...more] = hash.replace(/^#\/?/, "").split("/");
    if (!section || section.includes("=")) return;
    this.route.value = { section, id: more.length ? more.map(decoded).join("/") : null };
    this.menu.value = false;
  }

  draft(queueId) {
    return this.drafts.value[queueId] ?? {};
  }

  setDraft(queueId, draft) {
    this.drafts.value = { ...this.drafts.value, [queueId]: draft };
  }

  toast(text) {
    const toast = { id: newClientId(), text };
    this.toasts.value = [...this.toasts.value, toast];
    setTimeout(() => (this.toasts.value = this.toasts.value.filter((one) => one !== toast)), TOAST_MS);
  }

  /** Close the trace; the focus goes back to what opened it. */
  closeTrace() {
    this.trace.value = null;
    if (this.opener?.isConnected) this.opener.focus();
    this.opener = null;
  }

  /** Ask why a conversation went where it did; again for the same one keeps what is shown until the answer is here. */
  async explain(id) {
    if (!this.trace.value) this.opener = document.activeElement;
    const before = this.trace.value?.id === id ? this.trace.value.found : null;
    this.trace.value = { id, state: before ? "here" : "loading", found: before };
    try {
      const found = await this.rest.get(`/supervisor/conversations/${encodeURIComponent(id)}/explanation`);
      if (this.trace.value?.id === id) this.trace.value = { id, state: "here", found };
    } catch (problem) {
      if (this.trace.value?.id === id) this.trace.value = { id, state: "failed", problem };
    }
  }
}

/** A part of an address; as it stands where it says nothing that can be read. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
