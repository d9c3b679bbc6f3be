// The widget's own socket against lines that do what lines do: tests/e2e/test_socket.py has it against the real server.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Connection } from "../../src/batonpass/web/connection.js";
import { io } from "../../src/batonpass/web/widget/socket.js";

const HELLO = `0${JSON.stringify({ sid: "s", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1e6 })}`;
const OPTIONS = { auth: (give) => give({ token: "t" }), reconnectionDelay: 500, reconnectionDelayMax: 5_000 };
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A websocket that a test speaks through; `opens` false is a proxy that refuses it. */
class Wire {
  static all = [];
  static opens = true;
  static silent = false;
  sent = [];
  readyState = 0;
  bufferedAmount = 0;

  constructor(url) {
    this.url = url;
    Wire.all.push(this);
    if (Wire.silent) return;
    queueMicrotask(() => {
      if (this.readyState === 3) return;
      if (!Wire.opens) return this.onclose();
      this.readyState = 1;
      this.say(HELLO);
    });
  }

  say(packet) {
    this.onmessage({ data: packet });
  }

  send(packet) {
    this.sent.push(packet);
  }

  close() {
    const was = this.readyState;
    this.readyState = 3;
    if (was !== 3) queueMicrotask(() => this.onclose());
  }

  static get last() {
    return Wire.all.at(-1);
  }
}

beforeEach(() => {
  Object.assign(Wire, { all: [], opens: true, silent: false });
  globalThis.WebSocket = Wire;
  globalThis.fetch = () => Promise.reject(new Error("no polling here"));
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

const made = [];

afterEach(async () => {
  for (const socket of made.splice(0)) socket.disconnect();
  await settle();
  mock.timers.reset();
});

function listening(options = OPTIONS) {
  const socket = io("https://chat.example.com/customer", options);
  made.push(socket);
  const heard = [];
  socket.onAny((name, payload) => heard.push([name, payload]));
  for (const name of ["disconnect", "connect_error"]) socket.on(name, (what) => heard.push([name, what?.data ?? what?.message ?? what]));
  return { socket, heard };
}

async function connected(options) {
  const whole = listening(options);
  await settle();
  Wire.last.say('40/customer,{"sid":"x"}');
  return whole;
}

test("it greets with its token, hears events, and gets its answers", async () => {
  const { socket, heard } = await connected();
  assert.equal(Wire.last.url, "wss://chat.example.com/socket.io/?EIO=4&transport=websocket");
  assert.deepEqual(Wire.last.sent, ['40/customer,{"token":"t"}']);
  const answers = [];
  socket.timeout(1000).emit("a", { x: "\u2028 \ud800 ," }, (error, ack) => answers.push([error, ack]));
  socket.timeout(1000).emit("b", {}, (error, ack) => answers.push([error, ack]));
  assert.deepEqual(Wire.last.sent.slice(1), ['42/customer,0["a",{"x":"\u2028 \\ud800 ,"}]', '42/customer,1["b",{}]']);
  Wire.last.say('42/customer,["entry",{"n":1,"text":"[1,2]\u2028"}]'); // before the acknowledgement, and another order
  Wire.last.say('43/customer,1[{"ok":true}]');
  Wire.last.say('43/customer,0[{"ok":false}]');
  Wire.last.say('43/customer,0[{"ok":"twice"}]');
  assert.deepEqual(heard, [["entry", { n: 1, text: "[1,2]\u2028" }]]);
  assert.deepEqual(answers, [[null, { ok: true }], [null, { ok: false }]]);
});

test("an answer that does not come is an error in its time, and a lost line is one at once", async () => {
  const { socket } = await connected();
  const errors = [];
  socket.timeout(1000).emit("a", {}, (error) => errors.push(error?.message));
  mock.timers.tick(999);
  assert.deepEqual(errors, []);
  mock.timers.tick(1);
  socket.timeout(1000).emit("b", {}, (error) => errors.push(error?.message));
  Wire.last.close();
  await settle();
  assert.deepEqual(errors, ["no answer in time", "the connection is gone"]);
  mock.timers.tick(5000);
  assert.equal(errors.length, 2);
});

test("pings are answered; a line that is silent for too long is lost, and another one is opened", async () => {
  const { heard } = await connected();
  for (let n = 0; n < 4; n += 1) {
    mock.timers.tick(40_000);
    Wire.last.say("2");
  }
  assert.equal(Wire.last.sent.filter((packet) => packet === "3").length, 4);
  assert.equal(Wire.all.length, 1);
  mock.timers.tick(49_999);
  assert.deepEqual(heard, []);
  mock.timers.tick(1);
  assert.deepEqual(heard, [["disconnect", "transport close"]]);
  mock.timers.tick(750);
  await settle();
  assert.equal(Wire.all.length, 2);
});

test("a packet that was cut, or is none, ends the line and harms nothing", async () => {
  const { heard } = await connected();
  Wire.last.say('42/customer,["entry",{"te');
  assert.deepEqual(heard, [["disconnect", "parse error"]]);
  mock.timers.tick(750);
  await settle();
  Wire.last.say('40/customer,{"sid":"y"}');
  Wire.last.say("");
  Wire.last.say("4");
  Wire.last.say("49/customer,7[]");
  Wire.last.say('42/customer,["entry",{}]');
  assert.deepEqual(heard.slice(1), [["entry", {}]]);
});

test("a refusal at the door is told with its data, and nothing comes back by itself", async () => {
  const { socket, heard } = listening();
  await settle();
  Wire.last.say('44/customer,{"message":"bad_token","data":{"code":"bad_token","retryable":false}}');
  assert.deepEqual(heard, [["connect_error", { code: "bad_token", retryable: false }]]);
  assert.equal(socket.active, false);
  mock.timers.tick(60_000);
  assert.equal(Wire.all.length, 1);
  socket.connect();
  await settle();
  assert.equal(Wire.all.length, 2);
});

test("who is sent away by the server waits to be called", async () => {
  const { socket, heard } = await connected();
  Wire.last.say("41/customer,");
  assert.deepEqual(heard, [["disconnect", "io server disconnect"]]);
  assert.equal(socket.active, false);
  mock.timers.tick(60_000);
  assert.equal(Wire.all.length, 1);
});

test("a thousand widgets do not come back in one instant, and wait longer each time", async () => {
  Wire.opens = false;
  const waits = [];
  const random = mock.method(Math, "random", () => 0.9);
  listening();
  for (let n = 0; n < 7; n += 1) {
    await settle();
    const before = Wire.all.length;
    let ms = 0;
    while (Wire.all.length === before) {
      mock.timers.tick(50);
      ms += 50;
    }
    waits.push(ms);
  }
  assert.deepEqual(waits, [700, 1400, 2800, 5600, 7000, 7000, 7000]);
  random.mock.mockImplementation(() => 0);
  await settle();
  mock.timers.tick(2_500);
  assert.equal(Wire.all.length, 9, "half of the wait at the least");
});

test("ended and begun anew in any order there is one line", async () => {
  const { socket } = listening();
  socket.disconnect();
  socket.connect();
  socket.connect();
  await settle();
  const open = () => Wire.all.filter((wire) => wire.readyState === 1);
  assert.equal(open().length, 1);
  assert.deepEqual(open()[0].sent, ['40/customer,{"token":"t"}']);
  socket.connect();
  await settle();
  assert.equal(Wire.all.length, 2);
  socket.disconnect();
  await settle();
  assert.equal(open().length, 0);
  mock.timers.tick(60_000);
  await settle();
  assert.equal(Wire.all.length, 2);
});

test("a token that comes late greets on the line that is open then", async () => {
  const gives = [];
  listening({ ...OPTIONS, auth: (give) => gives.push(give) });
  await settle();
  Wire.last.close();
  await settle();
  mock.timers.tick(750);
  await settle();
  for (const give of gives) give({ token: "late" });
  assert.deepEqual(Wire.all.map((wire) => wire.sent.length), [0, 1]);
});

test("where no websocket opens, polling says all of it; one that hangs is not waited for twice", async () => {
  Wire.silent = true;
  const asked = [];
  const polls = [];
  globalThis.fetch = (url, { method = "GET", body } = {}) => {
    asked.push([method, new URL(url).searchParams.get("sid"), body]);
    if (method === "POST") return Promise.resolve({ ok: true, text: async () => "ok" });
    return new Promise((resolve, reject) => polls.push({ say: (text) => resolve({ ok: true, text: async () => text }), fail: reject }));
  };
  const { socket, heard } = listening();
  await settle();
  mock.timers.tick(20_000);
  await settle();
  polls[0].say(HELLO);
  await settle();
  const expected = [["GET", null, undefined], ["POST", "s", '40/customer,{"token":"t"}'], ["GET", "s", undefined]];
  assert.deepEqual(asked.map(String).sort(), expected.map(String).sort());
  polls[1].say('40/customer,{"sid":"x"}\x1e42/customer,["one",{"a":"\u2028"}]\x1e2\x1e42/customer,["two",{}]');
  await settle();
  assert.deepEqual(heard.map(([name]) => name), ["one", "two"]);
  socket.timeout(1000).emit("a", {}, () => {});
  await settle();
  assert.deepEqual(asked.filter(([method]) => method === "POST").slice(1).map(([, , body]) => body).join("\x1e"), '3\x1e42/customer,0["a",{}]');
  polls.at(-1).fail(new Error("gone"));
  await settle();
  assert.deepEqual(heard.at(-1), ["disconnect", "transport close"]);
  const wires = Wire.all.length;
  mock.timers.tick(750);
  await settle();
  assert.equal(Wire.all.length, wires, "polling comes first now");
});

test("a connection on it: snapshot first, calls, a renewed token after a refusal", async () => {
  const told = [];
  let token = "old";
  const connection = new Connection({
    io,
    server: "https://chat.example.com",
    namespace: "/customer",
    auth: async () => ({ token }),
    opened: (data) => told.push(["opened", data]),
    event: (name, envelope) => told.push([name, envelope]),
    closed: () => told.push(["closed"]),
    refused: (error) => told.push(["refused", error.code]),
  });
  await settle();
  Wire.last.say('44/customer,{"message":"too_many_connections","data":{"code":"too_many_connections","retryable":true,"retry_after_ms":3000}}');
  token = "new";
  mock.timers.tick(3000);
  await settle();
  assert.deepEqual(Wire.last.sent, ['40/customer,{"token":"new"}']);
  Wire.last.say('40/customer,{"sid":"x"}');
  await assert.rejects(connection.call("a", {}), { code: "offline" });
  Wire.last.say('42/customer,["session.snapshot",{"data":{"conversations":[]}}]');
  const call = connection.call("a", {});
  connection.tell("typing.set", { on: true });
  Wire.last.say('43/customer,0[{"ok":true,"n":1}]');
  assert.deepEqual(await call, { ok: true, n: 1 });
  assert.equal(Wire.last.sent.at(-1), '42/customer,["typing.set",{"on":true}]');
  connection.close();
  assert.equal(Wire.last.sent.at(-1), "41/customer,");
  await settle();
  assert.deepEqual(told, [["opened", { conversations: [] }]]);
});
