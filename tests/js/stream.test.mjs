import assert from "node:assert/strict";
import { test } from "node:test";
import { GAP_MS, Outbox, Stream, newClientId } from "../../src/batonpass/web/stream.js";
import { Clock, settle } from "./clock.mjs";

const entry = (n) => ({ seq: n });

/** A conversation of `total` entries as the server has it, and a client on it. */
function following(total, { page = 100, fails = 0 } = {}) {
  const clock = new Clock();
  const world = { clock, total, applied: [], reads: [], fails, failed: null };
  world.stream = new Stream({
    clock,
    number: (event) => event.seq,
    apply: (event) => world.applied.push(event.seq),
    failed: (error) => (world.failed = error),
    read: async (after) => {
      world.reads.push(after);
      if (world.fails-- > 0) throw world.error ?? Object.assign(new Error("no answer"), { retryable: true });
      const upto = Math.min(world.total, after + page);
      for (let n = after + 1; n <= upto; n += 1) world.stream.push(entry(n));
      await null;
      return { head: world.total, upto, more: upto < world.total };
    },
  });
  return world;
}

const counted = (n) => Array.from({ length: n }, (_, index) => index + 1);

test("entries are applied in the order of their numbers, each once", () => {
  const { stream, applied } = following(0);
  for (const n of [1, 2, 2, 1, 3]) stream.push(entry(n));
  assert.deepEqual(applied, [1, 2, 3]);
  assert.equal(stream.held.size, 0, "what was applied is not kept");
});

test("a later entry is held until the one before it has come", async () => {
  const { stream, applied, clock, reads } = following(3);
  stream.push(entry(1));
  stream.push(entry(3));
  assert.deepEqual(applied, [1]);
  await clock.pass(GAP_MS - 1);
  stream.push(entry(2));
  assert.deepEqual(applied, [1, 2, 3]);
  await clock.pass(10 * GAP_MS);
  assert.deepEqual(reads, [], "a gap that closed by itself is not asked for");
});

test("a gap that stays for 250 ms is asked for, after the last number applied", async () => {
  const { stream, applied, clock, reads } = following(5);
  stream.push(entry(1));
  stream.push(entry(5));
  await clock.pass(GAP_MS - 1);
  assert.deepEqual(reads, []);
  await clock.pass(1);
  assert.deepEqual(reads, [1]);
  assert.deepEqual(applied, counted(5));
});

test("on a connect the client asks at once for what it has not, page after page", async () => {
  const { stream, applied, clock, reads } = following(25, { page: 10 });
  stream.resume(25);
  await clock.pass(0);
  assert.deepEqual(reads, [0, 10, 20]);
  assert.deepEqual(applied, counted(25));
});

test("with nothing missing a connect asks for nothing", async () => {
  const { stream, clock, reads } = following(2);
  stream.push(entry(1));
  stream.push(entry(2));
  stream.resume(2);
  await clock.pass(5000);
  assert.deepEqual(reads, []);
});

test("a read without an answer is asked again", async () => {
  const { stream, applied, clock, reads } = following(3, { fails: 2 });
  stream.resume(3);
  await clock.pass(10_000);
  assert.deepEqual(reads, [0, 0, 0]);
  assert.deepEqual(applied, counted(3));
});

test("a refused read ends there and is told", async () => {
  const world = following(3, { fails: 1 });
  world.error = Object.assign(new Error("no such conversation"), { retryable: false, code: "not_found" });
  world.stream.resume(3);
  await world.clock.pass(10_000);
  assert.deepEqual(world.reads, [0]);
  assert.equal(world.failed.code, "not_found");
});

test("a lost connection stops asking; the next one goes on where it was", async () => {
  const { stream, applied, clock, reads } = following(4);
  stream.push(entry(1));
  stream.push(entry(4));
  stream.pause();
  await clock.pass(60_000);
  assert.deepEqual(reads, []);
  stream.resume(4);
  await clock.pass(0);
  assert.deepEqual(applied, counted(4));
});

test("an answer of an earlier connection changes nothing", async () => {
  const clock = new Clock();
  const answers = [];
  const applied = [];
  const stream = new Stream({
    clock,
    number: (event) => event.seq,
    apply: (event) => applied.push(event.seq),
    read: () => new Promise((resolve) => answers.push(resolve)),
  });
  stream.resume(2);
  stream.pause();
  stream.resume(2);
  assert.equal(answers.length, 2);
  answers[0]({ head: 9, upto: 9, more: false });
  await settle();
  assert.equal(stream.head, 2);
  stream.push(entry(1));
  stream.push(entry(2));
  answers[1]({ head: 2, upto: 2, more: false });
  await clock.pass(5000);
  assert.deepEqual(applied, [1, 2]);
  assert.equal(answers.length, 2);
});

test("a head above what may be read is not asked for without end", async () => {
  const { stream, clock, reads } = following(3);
  stream.resume(7);
  await clock.pass(60_000);
  assert.deepEqual(reads, [0]);
  assert.equal(stream.have, 3);
});

test("many entries ahead of a gap are not all kept", async () => {
  const { stream, applied, clock } = following(2000);
  for (let n = 2; n <= 2000; n += 1) stream.push(entry(n));
  assert.ok(stream.held.size <= 500);
  await clock.pass(GAP_MS);
  assert.deepEqual(applied, counted(2000));
});

/** An outbox on a server that stores by client id, and fails as told: "lost" (stored, no answer) or an error. */
function sending({ store = null } = {}) {
  const clock = new Clock();
  const world = { clock, calls: [], stored: [], fail: [] };
  world.outbox = new Outbox({
    clock,
    store,
    send: async (item) => {
      world.calls.push(item.client_id);
      const failure = world.fail.shift();
      if (failure && failure !== "lost") throw failure;
      if (!world.stored.includes(item.client_id)) world.stored.push(item.client_id);
      if (failure === "lost") throw Object.assign(new Error("no answer"), { retryable: true });
      return { ok: true, number: world.stored.length };
    },
  });
  return world;
}

test("nothing is sent before there is a connection; then one after the other", async () => {
  const { outbox, calls, clock } = sending();
  outbox.add({ client_id: "a" });
  outbox.add({ client_id: "b" });
  await clock.pass(1000);
  assert.deepEqual(calls, []);
  outbox.resume();
  await clock.pass(0);
  assert.deepEqual(calls, ["a", "b"]);
  assert.deepEqual(outbox.pending, []);
});

test("a send without an answer is sent again under its own id, before the next", async () => {
  const { outbox, calls, stored, fail, clock } = sending();
  fail.push("lost");
  outbox.resume();
  outbox.add({ client_id: "a" });
  outbox.add({ client_id: "b" });
  await clock.pass(10_000);
  assert.deepEqual(calls, ["a", "a", "b"]);
  assert.deepEqual(stored, ["a", "b"]);
});

test("a lost connection keeps what is under way; the next one sends it again", async () => {
  const clock = new Clock();
  const attempts = [];
  const outbox = new Outbox({ clock, send: (item) => new Promise((resolve) => attempts.push([item.client_id, resolve])) });
  outbox.resume();
  outbox.add({ client_id: "a" });
  outbox.pause();
  attempts[0][1]({ ok: true, old: true });
  await settle();
  assert.deepEqual(outbox.pending, [{ client_id: "a" }], "an answer of the lost connection is not trusted");
  outbox.resume();
  attempts[1][1]({ ok: true });
  await settle();
  assert.deepEqual(attempts.map(([id]) => id), ["a", "a"]);
  assert.deepEqual(outbox.pending, []);
});

test("a refusal goes to whoever asked, and the next one follows", async () => {
  const { outbox, calls, fail, clock } = sending();
  fail.push(Object.assign(new Error("The chat is closed."), { code: "conversation_closed", retryable: false }));
  outbox.resume();
  const refused = assert.rejects(outbox.add({ client_id: "a" }), { code: "conversation_closed" });
  outbox.add({ client_id: "b" });
  await clock.pass(0);
  await refused;
  assert.deepEqual(calls, ["a", "b"]);
});

test("a refusal of what was written before a reload is told as well", async () => {
  const store = { load: () => [{ client_id: "a", text: "kept" }], save() {}, drop() {} };
  const { outbox, fail, clock } = sending({ store });
  const told = [];
  outbox.refused = (item, { code }) => told.push([item, code]);
  fail.push(Object.assign(new Error("Over."), { code: "stint_ended", retryable: false }));
  outbox.resume();
  await clock.pass(0);
  assert.deepEqual(told, [[{ client_id: "a", text: "kept" }, "stint_ended"]]);
});

test("a server that asks for patience gets it", async () => {
  const { outbox, calls, fail, clock } = sending();
  fail.push(Object.assign(new Error("slow down"), { code: "rate_limited", retryable: true, retry_after_ms: 3000 }));
  outbox.resume();
  outbox.add({ client_id: "a" });
  await clock.pass(2999);
  assert.deepEqual(calls, ["a"]);
  await clock.pass(1);
  assert.deepEqual(calls, ["a", "a"]);
});

test("seen in the stream is stored, also when the acknowledgement never comes", async () => {
  const { outbox, fail, calls, clock } = sending();
  fail.push("lost");
  outbox.resume();
  const settled = outbox.add({ client_id: "a" });
  await clock.pass(0);
  outbox.stored("a");
  assert.equal(await settled, null);
  await clock.pass(10_000);
  assert.deepEqual(calls, ["a"]);
});

test("what is not acknowledged survives a reload", async () => {
  const kept = new Map();
  const store = { load: () => [...kept.values()], save: (item) => kept.set(item.client_id, item), drop: (item) => kept.delete(item.client_id) };
  const before = sending({ store });
  before.outbox.add({ client_id: "a", text: "hello" });
  const after = sending({ store });
  assert.deepEqual(after.outbox.pending, [{ client_id: "a", text: "hello" }]);
  after.outbox.resume();
  await after.clock.pass(0);
  assert.deepEqual(after.stored, ["a"]);
  assert.equal(kept.size, 0);
});

test("client ids differ", () => {
  const ids = new Set(Array.from({ length: 1000 }, () => newClientId("x:")));
  assert.equal(ids.size, 1000);
  assert.match([...ids][0], /^x:[0-9a-f]{32}$/);
});
