import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting } from "../../src/batonpass/web/desk/fitting.js";
import { dayWords, fileSize } from "../../src/batonpass/web/desk/measures.js";

const NOW = Date.parse("2026-11-20T15:00:00Z");
const day = (at, before = null) => dayWords(at, before, NOW, "UTC");

test("the day stands where it changes, and before an old beginning", () => {
  assert.equal(day("2026-11-20T14:00:00Z"), "");
  assert.equal(day("2026-11-19T14:00:00Z"), "Yesterday");
  assert.equal(day("2026-11-20T00:10:00Z", "2026-11-19T23:50:00Z"), "Today");
  assert.equal(day("2026-11-12T10:00:00Z", "2026-11-11T10:00:00Z"), "Thursday 12 November");
  assert.equal(day("2025-11-12T10:00:00Z"), "Wednesday, 12 November 2025");
  assert.equal(day("2026-11-12T10:00:00Z", "2026-11-12T09:00:00Z"), "");
});

test("sizes", () => {
  assert.deepEqual([1, 640, 12_345, 3_400_000].map(fileSize), ["1 byte", "640 bytes", "12 kB", "3.4 MB"]);
});

test("saved replies: by shortcut, then by name, then by their words", () => {
  const replies = [
    { name: "parcel", shortcut: "", text: "Your label is late" },
    { name: "label", shortcut: "lb", text: "x" },
    { name: "hello", shortcut: "label", text: "Hello" },
  ];
  assert.deepEqual(fitting(replies, "label").map((one) => one.name), ["hello", "label", "parcel"]);
  assert.deepEqual(fitting(replies, "").map((one) => one.name), ["parcel", "label", "hello"]);
  assert.deepEqual(fitting(replies, "nothing of it"), []);
});
