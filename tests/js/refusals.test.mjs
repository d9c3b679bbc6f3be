import assert from "node:assert/strict";
import { test } from "node:test";
import { brief, freeWords, queueWords, refusal, whenOpens } from "../../src/batonpass/web/desk/refusals.js";

const NOW = Date.parse("2026-11-20T15:00:00Z");
const when = (at) => whenOpens(at, NOW, "en", "UTC");

test("what was not sent, since when, and where the words are", () => {
  const about = { act: "send", ended: "14:10", when };
  assert.equal(refusal({ code: "stint_ended", message: "x" }, about), "Not sent: your part ended at 14:10. Your text is kept as a draft.");
  assert.equal(refusal({ code: "rate_limited", message: "Slower." }, about), "Slower.");
});

test("who was not invited, and why", () => {
  const target = { name: "Representative 12", slots_used: 5, capacity: 5 };
  const error = { code: "unavailable", reason: "full", message: "x" };
  assert.equal(refusal(error, { act: "request", kind: "invitation", target, when, holds: true }), "Not invited: Representative 12 has no free slot (5 of 5). You still hold the baton.");
  assert.equal(refusal(error, { act: "request", kind: "invitation", target, when, holds: false }), "Not invited: Representative 12 has no free slot (5 of 5).");
});

test("where it was not passed, and when it could be", () => {
  const about = { act: "request", kind: "transfer", target: { name: "Billing, night" }, when };
  const closed = { code: "unavailable", reason: "closed", opens_at: "2026-11-21T08:00:00Z", message: "x" };
  assert.equal(refusal(closed, about), "Not passed: Billing, night opens tomorrow 08:00. You still hold the baton.");
  const all = { code: "unavailable", reason: "present", message: "x" };
  assert.equal(refusal(all, { ...about, target: { name: "Billing" } }), "Not passed: all of Billing is already in this chat. You still hold the baton.");
  assert.equal(refusal({ code: "unavailable", reason: "odd", message: "As the server says." }, about), "As the server says.");
});

test("what is pending is named", () => {
  const pending = { kind: "transfer", to: "Representative 3" };
  const error = { code: "handoff_pending", message: "x" };
  assert.equal(refusal(error, { act: "resolve", pending, when }), "Not closed: a pass to Representative 3 is pending. Cancel it first.");
  assert.equal(refusal(error, { act: "request", kind: "transfer", pending, when }), "Not passed: a pass to Representative 3 is pending. Cancel it first.");
});

test("times to come, in words", () => {
  const times = ["2026-11-20T18:00:00Z", "2026-11-21T08:00:00Z", "2026-11-23T08:00:00Z", "2026-12-03T08:00:00Z"];
  assert.deepEqual(times.map(when), ["at 18:00", "tomorrow 08:00", "Monday 08:00", "on 3 Dec 08:00"]);
});

test("a list says in short why somebody cannot be asked", () => {
  assert.equal(brief({ code: "full" }, { slots_used: 5, capacity: 5 }, when), "Full (5 of 5)");
  assert.equal(brief({ code: "closed", opens_at: "2026-11-21T08:00:00Z" }, {}, when), "Closed, opens tomorrow 08:00");
  assert.equal(brief({ code: "new_code", message: "Said so." }, {}, when), "Said so.");
  assert.deepEqual([freeWords({ slots_used: 1, capacity: 5 }), freeWords({ slots_used: 5, capacity: 5 }), freeWords({})], ["4 free", "Full", ""]);
  assert.equal(queueWords({ available: 6, bots: 0, waiting: 2 }), "6 people available, 2 waiting");
  assert.equal(queueWords({ available: 1, bots: 0, waiting: 0 }), "1 person available, nobody waiting");
});
