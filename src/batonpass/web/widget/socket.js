// The few words of Socket.IO that the widget speaks, over websocket or, where a proxy refuses that, long polling: a
// connection to one namespace, events both ways, acknowledgements, and coming back by itself. `io` here does what
// connection.js asks of socket.io-client, and no more; every other page of ours uses the library.
//
// Why not the library here: the widget may weigh 45 kB gzip in all. With socket.io-client (12.9 kB) it is 53 kB, and
// 48.6 kB when everything of ours is minified too. tests/js/socket.test.mjs and tests/e2e/test_socket.py hold this file
// to what the library does, the second against the real server.
//
// Engine.IO 4 (the first sign of a packet) and Socket.IO 5 (the second):
// 0 open, 1 close, 2 ping, 3 pong, 4 message; in a message 0 connect, 1 disconnect, 2 event, 3 ack, 4 refused.

const LATENCY_MS = 5_000; // past the server's own limit, before a silent line counts as lost
const CONNECT_MS = 20_000;
const SLOW_MS = 5_000; // a websocket that was this long in failing is not tried first again
const SEPARATOR = "\x1e";

export function io(address, options) {
  return new Socket(address, options);
}

class Socket {
  #on = new Map();
  #any = [];
  #acks = new Map();
  #next = 0;
  #tries = 0;
  #line = null;
  #attempt = null; // what is being opened now; another one makes it void
  #slow = false;
  #timer = null;

  /** @param {{auth: Function, reconnectionDelay: number, reconnectionDelayMax: number}} options */
  constructor(address, options) {
    const { origin, pathname } = new URL(address);
    Object.assign(this, { options, namespace: pathname, base: `${origin}/socket.io/?EIO=4` });
    this.connected = false;
    this.active = true; // comes back by itself
    this.#open();
  }

  on(name, callback) {
    this.#on.set(name, callback);
  }

  onAny(callback) {
    this.#any.push(callback);
  }

  connect() {
    if (this.#line || this.#attempt) return;
    this.active = true;
    this.#open();
  }

  disconnect() {
    this.active = false;
    this.#attempt = null;
    clearTimeout(this.#timer);
    if (this.connected) this.#send("1");
    this.#drop("io client disconnect");
  }

  /** Emit with an acknowledgement, `done(error, reply)`, within a time. */
  timeout(ms) {
    return {
      emit: (name, payload, done) => {
        const id = this.#next++;
        const late = setTimeout(() => this.#acked(id, new Error("no answer in time")), ms);
        this.#acks.set(id, (error, reply) => {
          clearTimeout(late);
          done(error, reply);
        });
        this.#send(`2`, id, [name, payload]);
      },
    };
  }

  /** Emit if the line is free, and do not care. */
  get volatile() {
    return { emit: (name, payload) => this.#line?.free && this.#send("2", "", [name, payload]) };
  }

  async #open() {
    clearTimeout(this.#timer);
    const attempt = (this.#attempt = {});
    const line = await this.#first(attempt);
    if (attempt !== this.#attempt) return line?.close(); // ended, or begun anew, meanwhile
    this.#attempt = null;
    if (!line || line.ended) return this.#failed(new Error("no connection"));
    this.#line = line;
    line.take = (packet) => this.#packet(packet);
    line.lost = () => this.#drop("transport close");
    this.options.auth((said) => this.#line === line && this.#send("0", "", said));
    return line.start();
  }

  /** The first kind of line that opens, or null. */
  async #first(attempt) {
    const wires = globalThis.WebSocket ? [WebSocketLine, PollingLine] : [PollingLine];
    for (const Wire of this.#slow ? wires.reverse() : wires) {
      const line = new Wire();
      const began = Date.now();
      const patience = setTimeout(() => line.close(), CONNECT_MS);
      try {
        await line.open(this.base);
        return line;
      } catch {
        line.close();
        if (Wire === WebSocketLine) this.#slow = Date.now() - began > SLOW_MS;
        if (attempt !== this.#attempt) return null;
      } finally {
        clearTimeout(patience);
      }
    }
    return null;
  }

  #send(type, id = "", data = undefined) {
    this.#line?.send(`4${type}${this.namespace},${id}${data === undefined ? "" : JSON.stringify(data)}`);
  }

  #packet(packet) {
    const [, type, id, body] = /^(\d)(?:\/[^,]*,?)?(\d*)(.*)$/s.exec(packet) ?? [];
    let data;
    try {
      data = body && JSON.parse(body);
    } catch {
      return this.#drop("parse error");
    }
    if (type === "0") this.#welcome();
    else if (type === "1") this.#drop("io server disconnect");
    else if (type === "2") for (const callback of this.#any) callback(...data);
    else if (type === "3") this.#acked(Number(id), null, data[0]);
    else if (type === "4") this.#refused(data);
  }

  #welcome() {
    this.connected = true;
    this.#tries = 0;
  }

  #acked(id, error, reply) {
    const done = this.#acks.get(id);
    this.#acks.delete(id);
    done?.(error, reply);
  }

  /** The server will not have us: it does not come back by itself. */
  #refused({ message, data }) {
    this.active = false;
    this.#drop("");
    this.#say("connect_error", Object.assign(new Error(message), { data }));
  }

  #failed(error) {
    this.#say("connect_error", error);
    if (this.active) this.#later();
  }

  #drop(reason) {
    const was = this.connected;
    const line = this.#line;
    this.#line = null;
    this.connected = false;
    line?.close();
    for (const id of [...this.#acks.keys()]) this.#acked(id, new Error("the connection is gone"));
    if (reason === "io server disconnect") this.active = false;
    if (was && reason) this.#say("disconnect", reason);
    else if (reason === "io server disconnect") this.#say("connect_error", new Error(reason));
    if (line && this.active) this.#later();
  }

  #later() {
    const { reconnectionDelay: least, reconnectionDelayMax: most } = this.options;
    const wait = Math.min(most, least * 2 ** this.#tries++) * (0.5 + Math.random());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.active && this.connect(), wait);
  }

  #say(name, what) {
    this.#on.get(name)?.(what);
  }
}

/** What both kinds of line share: pings, and who takes what comes. */
class Line {
  take = () => {};
  lost = () => {};
  ended = false;
  #held = [];
  #begun = false;

  /** Packets that came before somebody took them. */
  start() {
    this.#begun = true;
    for (const packet of this.#held.splice(0)) this.take(packet);
  }

  hello(text) {
    const { pingInterval, pingTimeout, ...said } = JSON.parse(text.slice(1));
    this.silence = pingInterval + pingTimeout + LATENCY_MS;
    this.alive();
    return said;
  }

  alive() {
    clearTimeout(this.watch);
    if (!this.ended) this.watch = setTimeout(() => this.fail(), this.silence);
  }

  packet(text) {
    this.alive();
    if (text[0] === "2") this.send("3");
    else if (text[0] === "1") this.fail();
    else if (text[0] === "4") this.#begun ? this.take(text.slice(1)) : this.#held.push(text.slice(1));
  }

  fail() {
    if (this.ended) return;
    this.close();
    this.lost();
  }

  close() {
    this.ended = true;
    clearTimeout(this.watch);
    this.shut();
  }
}

class WebSocketLine extends Line {
  open(base) {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(`${base.replace(/^http/, "ws")}&transport=websocket`);
      this.socket.onerror = this.socket.onclose = () => {
        reject(new Error("no websocket"));
        this.fail();
      };
      this.socket.onmessage = ({ data }) => {
        if (data[0] !== "0") return this.packet(data);
        this.hello(data);
        return resolve();
      };
    });
  }

  get free() {
    return this.socket.bufferedAmount === 0;
  }

  send(packet) {
    if (this.socket.readyState === 1) this.socket.send(packet);
  }

  shut() {
    this.socket?.close();
  }
}

class PollingLine extends Line {
  #out = [];
  #posting = false;
  #stop = new AbortController();

  async open(base) {
    this.address = `${base}&transport=polling`;
    const [first, ...rest] = (await this.#ask()).split(SEPARATOR);
    this.address += `&sid=${encodeURIComponent(this.hello(first).sid)}`;
    for (const packet of rest) this.packet(packet);
    this.#poll();
  }

  get free() {
    return !this.#posting;
  }

  send(packet) {
    this.#out.push(packet);
    this.#post();
  }

  shut() {
    // What was said last still goes out, such as a goodbye.
    setTimeout(() => this.#stop.abort(), 0);
  }

  async #poll() {
    try {
      while (!this.ended) for (const packet of (await this.#ask()).split(SEPARATOR)) this.packet(packet);
    } catch {
      this.fail();
    }
  }

  async #post() {
    if (this.#posting) return;
    this.#posting = true;
    try {
      while (this.#out.length) await this.#ask({ method: "POST", body: this.#out.splice(0).join(SEPARATOR), headers: { "Content-Type": "text/plain;charset=UTF-8" } });
    } catch {
      this.fail();
    }
    this.#posting = false;
  }

  async #ask(options = {}) {
    const response = await fetch(this.address, { cache: "no-store", signal: this.#stop.signal, ...options });
    if (!response.ok) throw new Error(`polling: ${response.status}`);
    return response.text();
  }
}
