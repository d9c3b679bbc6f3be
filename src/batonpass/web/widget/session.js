// The customer's session on the server: a token, anonymous or of the one whom the site has signed for.

import { Refused } from "../connection.js";
import { settleIdentity, subjectOf } from "./identity.js";

export class Session {
  /** @param {{fetch: Function, server: string, memory: object, identity?: string|null}} parts */
  constructor({ fetch, server, memory, identity = null }) {
    Object.assign(this, { fetch, server, memory, identity });
    this.token = null; // the one in use,
    this.subject = null; // and whose it is, for one who has a name
  }

  /** The token to connect with; a new session where there is none. */
  async open() {
    const session = this.memory.session ?? (await this.#make());
    this.token = session.token;
    this.subject = session.identity ?? null;
    return session.token;
  }

  /** Whether another tab has another session by now. */
  get stale() {
    return this.token !== null && (this.memory.session?.token ?? null) !== this.token;
  }

  /** See `settleIdentity`. `between`: no chat is under way, so none has to be finished first. */
  identify(token, options) {
    this.identity = token;
    return settleIdentity(this.memory, token, options);
  }

  async #make() {
    const response = await this.fetch(`${this.server}/api/v1/customer-sessions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(this.identity ? { identity: this.identity } : {}),
    });
    const said = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused({ code: said.code ?? "internal", message: said.detail ?? "", retryable: response.status >= 500 });
    const session = { customer_id: said.customer_id, token: said.token, identity: this.identity ? subjectOf(this.identity) : null };
    this.memory.session = session;
    return session;
  }
}
