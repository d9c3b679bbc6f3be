// One Socket.IO connection as the pages use it: a token, a snapshot first, acknowledged calls, and a plain word for
// each way it can end. The sockets come in as `io`, so that nothing here knows where the library lies.

const RETRY_MS = 2_000;
const ANSWER_MS = 10_000;

/** The server's `no`: `{code, message, retryable}`. Also for calls that met no server at all. */
export class Refused extends Error {
  constructor({ code, message, retryable = false, ...more }) {
    super(message);
    Object.assign(this, { code, retryable, ...more });
  }
}

export const OFFLINE = { code: "offline", message: "No connection to the server.", retryable: true };
const NO_ANSWER = { code: "no_answer", message: "The server has not answered yet.", retryable: true };

export class Connection {
  /**
   * @param {object} parts
   * @param {Function} parts.io  socket.io-client's `io`
   * @param {string} parts.server  origin of the server
   * @param {"/customer"|"/agent"} parts.namespace
   * @param {() => Promise<object>|object} parts.auth  read at every connect, so a new token is used at once
   * @param {(data: object, envelope: object) => void} parts.opened  after each connect, with `session.snapshot`
   * @param {(name: string, envelope: object) => void} parts.event  every other event, in order
   * @param {() => void} parts.closed  the connection is gone; it comes back by itself
   * @param {(error: {code, message, retryable}) => void} parts.refused  the server will not have us: no more tries
   */
  constructor({ io, server, namespace, auth, opened, event, closed, refused }) {
    Object.assign(this, { opened, event, closed, refused });
    this.up = false;
    this.ended = false;
    this.timer = null;
    this.socket = io(server + namespace, {
      // Websocket first; polling only where a proxy refuses it.
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      auth: (give) => Promise.resolve(auth()).then(give, (error) => this.#unauthorised(error)),
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      forceNew: true,
    });
    this.socket.onAny((name, envelope) => this.#incoming(name, envelope));
    this.socket.on("disconnect", (reason) => this.#down(reason));
    this.socket.on("connect_error", (error) => this.#failed(error));
  }

  /** Emit and await the acknowledgement. Throws `Refused`; `retryable` says whether the same call may be sent again. */
  async call(event, payload, { timeoutMs = ANSWER_MS } = {}) {
    if (!this.up) throw new Refused(OFFLINE);
    const ack = await this.#emit(event, payload, timeoutMs);
    if (!ack?.ok) throw new Refused(ack?.error ?? NO_ANSWER);
    return ack;
  }

  /** Emit without wanting to know: for what expires by itself, such as typing. */
  tell(event, payload) {
    if (this.up) this.socket.volatile.emit(event, payload, () => {});
  }

  close() {
    this.ended = true;
    this.up = false;
    clearTimeout(this.timer);
    this.socket.disconnect();
  }

  #emit(event, payload, timeoutMs) {
    return new Promise((resolve, reject) => {
      this.socket.timeout(timeoutMs).emit(event, payload, (error, ack) => {
        if (error) reject(new Refused(this.up ? NO_ANSWER : OFFLINE));
        else resolve(ack);
      });
    });
  }

  #incoming(name, envelope) {
    if (name === "session.snapshot") {
      this.up = true;
      this.opened(envelope.data, envelope);
    } else {
      this.event(name, envelope);
    }
  }

  #down(reason) {
    const was = this.up;
    this.up = false;
    if (was && !this.ended) this.closed();
    // The server ended it on purpose, so the library does not come back by itself.
    if (reason === "io server disconnect") this.#again();
  }

  #failed(error) {
    const said = error?.data;
    if (this.socket.active || this.ended) return; // the library tries again
    if (said && said.retryable === false) this.refused(said);
    else this.#again(said?.retry_after_ms);
  }

  #unauthorised(error) {
    if (error?.retryable === false) this.refused(error);
    this.socket.disconnect();
    if (error?.retryable !== false) this.#again();
  }

  #again(ms = RETRY_MS) {
    clearTimeout(this.timer);
    if (!this.ended) this.timer = setTimeout(() => this.socket.connect(), ms);
  }
}
