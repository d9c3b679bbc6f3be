// The session: the desk's connection, and acknowledged calls over it. Who we are comes from `auth`.

import { signal } from "@preact/signals";
import { Connection, Refused } from "../../connection.js";
import { newClientId } from "../../stream.js";

const KEEP_TRYING_MS = 20_000;
const A_BOT = "This key belongs to a bot. Ask your operator for your own.";

export class Session {
  /**
   * @param {object} parts  `io`, `server`, `auth` (auth.js)
   * @param {object} on  `opened(snapshot, envelope)`, `event(name, envelope)`, `lost()`, `left()`
   */
  constructor({ io, server, auth }, on) {
    Object.assign(this, { io, server, auth, on });
    this.link = signal("off"); // off, connecting, up, down
    this.tab = newClientId("tab:"); // presence counts over tabs, and this page is one
    this.skew = 0; // the server's clock minus ours
    this.connection = null;
    this.downSince = null;
  }

  /** Connect as who we are; also anew, after that has changed. */
  enter() {
    this.leave();
    this.link.value = "connecting";
    this.connection = new Connection({
      io: this.io,
      server: this.server,
      namespace: "/agent",
      auth: () => ({ ...this.auth.handshake, tab: this.tab }),
      opened: (snapshot, envelope) => this.#opened(snapshot, envelope),
      event: (name, envelope) => this.on.event(name, envelope),
      closed: () => this.#lost(),
      refused: (error) => this.#refused(error),
    });
  }

  leave() {
    this.connection?.close();
    this.connection = null;
    this.link.value = "off";
    this.on.left();
  }

  /** One acknowledged call; throws `Refused`. */
  call(event, payload) {
    if (!this.connection) return Promise.reject(new Refused({ code: "offline", message: "Not signed in.", retryable: true }));
    return this.connection.call(event, payload);
  }

  /** A call that may be repeated: over a lost connection it is, for a while, until there is an answer. */
  async insist(event, payload) {
    const until = Date.now() + KEEP_TRYING_MS;
    for (;;) {
      try {
        return await this.call(event, payload);
      } catch (error) {
        if (error.retryable === false || Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, error.retry_after_ms ?? 500));
      }
    }
  }

  /** A REST request as who we are; `path` under /api/v1. */
  fetch(path, options) {
    return this.auth.fetch(path, options);
  }

  /** Say without wanting to know: for what expires by itself, such as typing. */
  tell(event, payload) {
    this.connection?.tell(event, payload);
  }

  #opened(snapshot, envelope) {
    if (snapshot.agent.kind === "bot") return this.#refused({ code: "bad_token", message: A_BOT });
    this.skew = envelope.at ? Date.parse(envelope.at) - Date.now() : 0;
    this.on.opened(snapshot, envelope);
    this.link.value = "up";
  }

  #lost() {
    this.link.value = "down";
    this.downSince = Date.now();
    this.on.lost();
  }

  #refused(error) {
    this.leave();
    this.auth.refused(error.message, { forget: error.code === "bad_token" });
  }
}
