// Who uses this page: a session cookie of our own (name and password), or a key that came in the address.
// The same shape as the shared `../auth.js`; this one goes when that one is there.

import { signal } from "@preact/signals";

const KEPT = "batonpass:operator-key";

export class Auth {
  constructor({ server, storage }) {
    Object.assign(this, { server, storage });
    this.who = signal(undefined); // undefined while asking, null for nobody
    this.problem = signal(null);
    this.key = storage.getItem(KEPT);
  }

  /** Ask who we are; what the browser has may be good. */
  async start() {
    try {
      const answer = await this.fetch("/api/v1/me");
      const me = answer.ok ? await answer.json() : null;
      this.who.value = me && ["supervisor", "admin"].includes(me.role) ? me : null;
      if (me && !this.who.value && this.key) this.problem.value = "This key belongs to nobody who may supervise.";
    } catch {
      this.who.value = null;
      this.problem.value = "No connection to the server.";
    }
    if (!this.who.value && this.key) this.forget();
  }

  useKey(key) {
    this.key = key;
    this.storage.setItem(KEPT, key);
    this.problem.value = null;
    return this.start();
  }

  async signIn(name, password) {
    this.forget();
    const answer = await this.fetch("/api/v1/sessions", said({ name, password, cookie: true, label: "Operator page" }));
    if (!answer.ok) return void (this.problem.value = (await answer.json()).detail);
    this.problem.value = null;
    return this.start();
  }

  async setUp(code, name, password, agent) {
    const answer = await this.fetch("/api/v1/setup", said({ code, name, password, ...(agent ? { agent_id: agent } : {}) }));
    if (!answer.ok) {
      const { detail, errors } = await answer.json();
      return void (this.problem.value = errors?.length ? errors.map(({ field, problem }) => `${field}: ${problem}`).join(". ") : detail);
    }
    return this.signIn(name, password);
  }

  async signOut() {
    await this.fetch("/api/v1/sessions/current", { method: "DELETE" }).catch(() => null);
    this.forget();
    this.who.value = null;
  }

  forget() {
    this.key = null;
    this.storage.removeItem(KEPT);
  }

  fetch(path, options = {}) {
    const headers = { ...options.headers, ...(this.key ? { Authorization: `Bearer ${this.key}` } : {}) };
    return fetch(this.server + path, { ...options, headers });
  }

  socketAuth() {
    return this.key ? { token: this.key } : {};
  }
}

function said(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
