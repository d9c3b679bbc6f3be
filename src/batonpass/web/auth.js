// Who a page of ours is signed in as: by name and password (a session, as a cookie that no script reads, where the
// browser keeps one), or by a key that somebody was given. The desk and the operator's page share it, so whoever signed
// in on one of them is signed in on both.

import { signal } from "@preact/signals";
import { Refused } from "./connection.js";

const TOKEN = "batonpass:key"; // in this tab: a key or the token of a session
const SIGNED_IN = "batonpass:signed-in"; // in this browser: a cookie is there, worth asking whose it is

export class Auth {
  /**
   * @param {object} parts
   * @param {string} parts.server  origin of the server
   * @param {Storage} parts.tab  sessionStorage
   * @param {Storage} parts.browser  localStorage
   * @param {string} parts.label  what the list of sessions calls this one
   */
  constructor({ server, tab, browser, label, fetch = (...all) => globalThis.fetch(...all), secure = globalThis.isSecureContext }) {
    Object.assign(this, { server, tab, browser, label, secure });
    this.request = fetch;
    this.isSetUp = false; // known to have an admin, for a set-up code is good once
    this.state = signal("out"); // out, asking, in
    this.me = signal(null); // {role, account?, agent_id?, session_id?}, once it was asked for
    this.problem = signal(null); // why we are not in: a sentence
    this.waits = signal(0); // until when the name has to wait, on this machine's clock
  }

  /** The key or the session's token; null when a cookie says who we are. */
  get token() {
    return this.tab.getItem(TOKEN);
  }

  /** `auth` of a socket's handshake. */
  get handshake() {
    return this.token ? { token: this.token } : {};
  }

  /** Begin with what this tab or browser remembers. */
  async begin() {
    if (!this.token && !this.browser.getItem(SIGNED_IN)) return;
    this.state.value = "asking";
    await this.#enter();
  }

  /** Sign in with a key: an agent's (`bpa_`), a session's (`bps_`) or a program's (`bpk_`). */
  async useKey(key) {
    this.problem.value = null;
    this.tab.setItem(TOKEN, key);
    this.state.value = "asking";
    await this.#enter();
  }

  async signIn(name, password) {
    this.problem.value = null;
    try {
      await this.#session(name, password, this.secure);
      // A browser that keeps no secure cookie here (plain HTTP) gets the token instead, for this tab.
      if (this.secure && !(await this.#whose())) await this.#session(name, password, false);
      await this.#enter();
    } catch (error) {
      this.problem.value = `Not signed in. ${error.message}`;
      if (error.retry_after_ms) this.waits.value = Date.now() + error.retry_after_ms;
    }
  }

  /** Make the first admin, and sign in as that. `agent` is a representative that the account belongs to. */
  async setUp({ code, name, password, agent }) {
    this.problem.value = null;
    try {
      await this.ask("POST", "/setup", { code, name, password, ...(agent ? { agent_id: agent } : {}) });
    } catch (error) {
      this.problem.value = `Not set up. ${error.message}`;
      return false;
    }
    this.isSetUp = true;
    await this.signIn(name, password);
    return true;
  }

  /** Whether the server has no admin yet. */
  async setUpOpen() {
    try {
      return (await this.ask("GET", "/setup")).open;
    } catch {
      return false;
    }
  }

  /** Sign out here, or with `everywhere` on all machines. A key is only forgotten. */
  async signOut({ everywhere = false } = {}) {
    const kept = everywhere || !this.token; // a cookie stays in the browser, and other machines' sessions stay theirs
    let heard = true;
    if (this.me.value?.session_id) {
      const path = everywhere ? "/sessions" : "/sessions/current";
      heard = await this.ask("DELETE", path).then(() => true, (error) => error.code === "bad_token"); // over already
    }
    this.refused(null);
    if (kept && !heard) this.problem.value = "The server did not hear that you sign out: the session is still good. Sign in and out once more.";
  }

  /** The server will not have us (any more): `sentence` says why. `forget`: nor will it after a reload. */
  refused(sentence, { forget = true } = {}) {
    if (forget) this.tab.removeItem(TOKEN);
    if (forget) this.browser.removeItem(SIGNED_IN);
    this.me.value = null;
    this.problem.value = sentence && `Not signed in. ${sentence}`;
    this.state.value = "out";
  }

  async changePassword(old, fresh) {
    await this.ask("PUT", "/me/password", { old, new: fresh });
  }

  /** A request as who we are; `path` under /api/v1. */
  fetch(path, { headers = {}, ...options } = {}) {
    if (strays(path)) return Promise.reject(new Refused({ code: "bad_request", message: "There is no such thing.", retryable: false }));
    const proof = this.token ? { Authorization: `Bearer ${this.token}` } : {};
    return this.request(`${this.server}/api/v1${path}`, { credentials: "same-origin", ...options, headers: { ...headers, ...proof } });
  }

  /** A call with JSON there and back; throws `Refused`, with the fields of the problem. */
  async ask(method, path, body = undefined, headers = {}) {
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } };
    let response;
    try {
      response = await this.fetch(path, { headers, ...sent, method });
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new Refused({ code: "offline", message: "No connection to the server.", retryable: true });
    }
    const said = await response.json().catch(() => ({}));
    if (response.ok) return said;
    throw new Refused({ ...said, code: said.code ?? "failed", message: said.detail ?? "The server could not answer.", retryable: said.retryable ?? response.status >= 500 });
  }

  async #session(name, password, cookie) {
    const { token } = await this.ask("POST", "/sessions", { name, password, cookie, label: this.label });
    if (token) this.tab.setItem(TOKEN, token);
    else this.browser.setItem(SIGNED_IN, "yes");
  }

  async #enter() {
    try {
      const me = await this.ask("GET", "/me");
      this.me.value = me;
      this.state.value = "in";
    } catch (error) {
      // Without an answer we go on: the socket comes again and again, and knows best.
      if (error.code === "offline") this.state.value = "in";
      else this.refused(error.message);
    }
  }

  async #whose() {
    return this.ask("GET", "/me").catch((error) => {
      if (error.code === "offline") throw error;
      return null;
    });
  }
}

/**
 * Whether a browser would ask for something else than the path says. Ids come out of addresses as well, and a link of
 * somebody else's must not make a press on "Close" do another thing.
 */
function strays(path) {
  const [plain] = path.split("?");
  return /[#\\\s]/.test(plain) || plain.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part));
}

/** What an address brings, `#key=...` or `#setup=CODE&agent=ID`: taken once, then gone from the bar and the history. */
export function fromAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  const found = { key: said.get("key"), setup: said.get("setup"), agent: said.get("agent") };
  if (found.key || found.setup) history.replaceState(null, "", location.pathname + location.search);
  return found;
}
