import assert from "node:assert/strict";
import { test } from "node:test";
import { batonModel } from "../../src/batonpass/web/baton.js";
import { at } from "./entries.mjs";

const part = (kind, name, from, to = null, agent_id = name) => ({ kind, name, agent_id, started_at: at(from), ended_at: to === null ? null : at(to) });
const BOT = part("bot", "Order bot", 0, 190);
const WAIT = part("nobody", "", 190, 262);
const ME = part("representative", "Representative 4", 262, null, "me");
const view = (seconds, more = {}) => ({ now: Date.parse(at(seconds)), me: "me", ...more });
const drawn = (model) => model.parts.map(({ shape, state, name, time }) => [shape, state, name, time]);

test("a bot, a wait, you", () => {
  const model = batonModel({ parts: [BOT, WAIT, ME] }, view(662));
  assert.deepEqual(drawn(model), [
    ["bot", "past", "Order bot", "3:10"],
    ["nobody", "past", "", "1:12"],
    ["person", "bold", "You", "6:40"],
  ]);
  assert.equal(model.label, "Order bot 3 minutes, waited 1 minute, you for 6 minutes.");
});

test("another person's hold is an outline on the desk, and solid for the customer", () => {
  const parts = [{ ...ME, agent_id: "other" }];
  assert.equal(batonModel({ parts }, view(300)).parts[0].state, "other");
  assert.equal(batonModel({ parts }, view(300, { me: undefined })).parts[0].state, "bold");
  assert.equal(batonModel({ parts }, view(300)).parts[0].name, "Rep. 4");
});

test("exactly one part is bold, and after the end none", () => {
  const stories = [[BOT], [BOT, { ...WAIT, ended_at: null }], [BOT, WAIT, ME], [ME]];
  for (const parts of stories) {
    for (const pending of [null, { kind: "bot", name: "Delivery bot" }]) {
      const model = batonModel({ parts, pending }, view(700));
      assert.equal(model.parts.filter((one) => one.bold).length, 1);
      assert.ok(model.parts.findLast((one) => one.state !== "pending").bold);
    }
  }
  const over = batonModel({ parts: [BOT, { ...ME, ended_at: at(700) }], closed: true }, view(800));
  assert.equal(over.parts.filter((one) => one.bold).length, 0);
  assert.match(over.label, /; closed\.$/);
});

test("nobody holds it: the place in the queue", () => {
  const model = batonModel({ parts: [BOT, { ...WAIT, ended_at: null }] }, view(262, { place: 3 }));
  assert.deepEqual(drawn(model)[1], ["nobody", "bold", "Place 3", "1:12"]);
  assert.match(model.label, /waiting at place 3 for 1 minute/);
});

test("a pending hand-off: the receiver's shape, filled with the time left", () => {
  const pending = { kind: "representative", name: "Representative 3", started_at: at(300), deadline_at: at(330) };
  const model = batonModel({ parts: [ME], pending }, view(312));
  const last = model.parts.at(-1);
  assert.deepEqual([last.shape, last.state, last.name, last.time, last.fill], ["person", "pending", "Rep. 3", "18 s", 0.6]);
  assert.match(model.label, /; offered to Representative 3\.$/);
  assert.equal(batonModel({ parts: [ME], pending: { kind: "bot", name: "Delivery bot" } }, view(312)).parts.at(-1).shape, "bot");
});

test("a long story is folded", () => {
  const long = Array.from({ length: 8 }, (_, index) => part(index % 2 ? "representative" : "bot", `A${index}`, index * 10, index * 10 + 10));
  const model = batonModel({ parts: [...long, ME] }, view(662));
  assert.equal(model.parts[0].name, "5 more");
  assert.equal(model.parts.length, 5);
  assert.equal(model.parts.at(-1).state, "bold");
  assert.equal(batonModel({ parts: [...long, ME] }, view(662, { size: "mini" })).parts.length, 4);
});

test("a wait of less than a second is not drawn", () => {
  const model = batonModel({ parts: [{ ...WAIT, started_at: at(190), ended_at: new Date(Date.parse(at(190)) + 400).toISOString() }, ME] }, view(662));
  assert.deepEqual(model.parts.map((one) => one.shape), ["person"]);
});

test("before anything is known", () => {
  assert.equal(batonModel({ parts: [] }, view(0)).label, "Nobody yet.");
});
