// The operator page's own logic: the ladder, the trace in steps, the merge patch, the report's rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nested, replacing } from "../../src/batonpass/web/operator/patch.js";
import { figures, ladderRows, membersTable, move, set, slotMarks, standing } from "../../src/batonpass/web/operator/ladder.js";
import { Reports, byKind, holding, waits } from "../../src/batonpass/web/operator/report.js";
import { unknownIn, wordsPatch } from "../../src/batonpass/web/operator/wording.js";
import { order, sentence, steps } from "../../src/batonpass/web/operator/trace.js";

const member = (id, capacity_priority, more = {}) => ({
  agent: { id, name: id, kind: "representative" }, capacity_priority, presence: "available", reachable: true, slots_used: 0, capacity: 3, live: 0, here: 0, ...more,
});
const shown = (members, draft) => ladderRows(members, draft).map(({ id, priority }) => `${id} ${priority}`);

test("a moved agent gets a priority between its new neighbours, and nobody else changes", () => {
  const members = [member("a", 100), member("b", 60), member("c", 40)];
  assert.deepEqual(move(members, {}, "c", 1), { c: 80 });
  assert.deepEqual(move(members, {}, "c", 0), { c: 110 });
  assert.deepEqual(move(members, {}, "a", 2), { a: 30 });
  assert.deepEqual(move(members, {}, "a", 0), {});
  assert.deepEqual(move(members, { c: 80 }, "c", 2), { c: 50 }, "a second move starts from where it was put");
});

test("where there is no room between, those above rise and keep their order", () => {
  const members = [member("x", 62), member("y", 61), member("z", 60), member("low", 1)];
  const draft = move(members, {}, "low", 2);
  assert.deepEqual(shown(members, draft).map((row) => row.split(" ")[0]), ["x", "y", "low", "z"]);
  assert.deepEqual(draft, { low: 61, y: 62, x: 63 });
  const equals = [member("x", 60), member("y", 60), member("low", 1)];
  assert.deepEqual(shown(equals, move(equals, {}, "low", 1)).map((row) => row.split(" ")[0]), ["x", "low", "y"]);
});

test("every agent reaches every place by single steps", () => {
  const members = [member("a", 3), member("b", 3), member("c", 2), member("d", 2), member("e", 2)];
  let draft = {};
  for (let place = 4; place > 0; place -= 1) draft = move(members, draft, "e", place - 1);
  assert.equal(shown(members, draft)[0].split(" ")[0], "e");
  for (let place = 0; place < 4; place += 1) draft = move(members, draft, "e", place + 1);
  assert.deepEqual(shown(members, draft).map((row) => row.split(" ")[0]), ["a", "b", "c", "d", "e"]);
});

test("a priority by hand is a whole number, and one as it stands is no change", () => {
  const members = [member("a", 100), member("b", 60)];
  assert.deepEqual(set(members, {}, "b", "70"), { b: 70 });
  assert.deepEqual(set(members, { b: 70 }, "b", "60"), {});
  for (const text of ["", "1.5", "ten", "99999999"]) assert.deepEqual(set(members, { b: 70 }, "b", text), { b: 70 });
  assert.equal(ladderRows(members, { b: 70 })[1].was, 60);
  assert.deepEqual(membersTable([{ agent: "a" }, { agent: "b", capacity: 2 }], { b: 70 }), [{ agent: "a" }, { agent: "b", capacity: 2, capacity_priority: 70 }]);
});

test("a member's standing is a shape and a word", () => {
  const words = (more) => { const { shape, word } = standing(member("a", 1, more)); return `${shape}: ${word}`; };
  assert.equal(words({}), "disc: Available");
  assert.equal(words({ slots_used: 3 }), "ring: Full");
  assert.equal(words({ offered: 1, offered_until: "x" }), "ring: Offered");
  assert.equal(words({ presence: "away" }), "triangle: Away");
  assert.equal(words({ presence: "missed" }), "triangle: Away, missed one");
  assert.equal(words({ reachable: false, presence: "away" }), "cross: Offline");
  assert.equal(words({ agent: { id: "b", kind: "bot" }, capacity: null, live: 2 }), "disc: Answering");
});

test("slots are marks until there are too many", () => {
  assert.deepEqual(slotMarks(member("a", 1, { capacity: 5, slots_used: 3, wrap_up: 1, offered: 1 })), ["used", "half", "offered", "free", "free"]);
  assert.equal(slotMarks(member("a", 1, { capacity: 40 })), null);
  assert.equal(slotMarks(member("a", 1, { capacity: null })), null);
  assert.deepEqual(figures({ members: [member("a", 1, { slots_used: 1, here: 1 }), member("b", 1, { presence: "away", here: 2 }), member("c", 9, { agent: { id: "c", kind: "bot" }, here: 4 })] }),
    { slots: 3, free: 2, available: 1, botsHold: 4, botsThere: 1, peopleHold: 3, wrapUp: 0 });
});

test("a trace is told as who was left after each step", () => {
  const why = { winner: "R4", key: "longest idle", removed: { not_sought: 2, away: 2, unreachable: 1, full: 2, skills: 1 }, names: { skills: ["R7"] }, flags: [], left: 3 };
  const told = steps(why, { queue: "Billing", seeks: "representative", skills: ["billing"] });
  assert.deepEqual(told.map(({ title, about, left }) => [title, about, left]), [
    ["Members of Billing", "11 agents", 11],
    ["People, as the hand-off seeks", "2 bots set aside", 9],
    ["Reachable and accepting", "1 offline, 2 away", 6],
    ["A free slot", "2 full", 4],
    ["Skill billing", "1 without it", 3],
    ["Not excluded", "Nobody declined or passed it on", 3],
  ]);
  assert.deepEqual(told[4].names, ["R7"]);
  assert.equal(sentence(why), "R4 had a free slot and was idle longest among equals.");
  assert.equal(sentence({ winner: null, removed: { full: 1 } }), "Nobody can take it now; it waits.");
  assert.equal(sentence({ winner: "R1", flags: ["by_hand"] }), "R1 picked it up by hand.");
  assert.equal(steps({ winner: "R1", key: "by hand", removed: {} }), null, "made by hand: there are no steps");
  assert.equal(steps({ winner: "R4", key: "only one", removed: {}, left: 1 }, { target: "agent:r4" })[0].title, "Asked by name");
});

test("who was left stands in the order they are asked in", () => {
  const now = Date.parse("2026-11-20T14:00:00Z");
  const at = (minutes) => new Date(now - minutes * 60_000).toISOString();
  const left = order([member("a", 50, { idle_since: at(1) }), member("b", 60, { idle_since: at(2) }), member("c", 60, { idle_since: at(6) }), member("d", 90, { removed: "full" })], now);
  assert.deepEqual(left.map(({ id, idle }) => [id, idle / 60_000]), [["c", 6], ["b", 2], ["a", 1]]);
});

test("a replaced table is a merge patch, with null for what is gone", () => {
  const before = { name: "Orders", hand_back: { when: ["command"], idle: 600 }, hours: "day" };
  const after = { name: "Orders", hand_back: { when: ["command", "idle"] }, skills: ["de"] };
  assert.deepEqual(replacing(before, after), { hours: null, hand_back: { idle: null, when: ["command", "idle"] }, skills: ["de"] });
  assert.deepEqual(nested(["queues", "orders"], { a: 1 }), { queues: { orders: { a: 1 } } });
});

test("reports become rows for charts", () => {
  const spread = (count, mean_s) => ({ count, mean_s, p50_s: mean_s, p90_s: mean_s });
  assert.deepEqual(waits([{ time: "2026-11-20T09:00:00Z", waits: { person: { p50_s: 2, p90_s: 9 } } }, { time: "2026-11-20T08:00:00Z", waits: null }]).map((row) => row.length), [2, 2, 2]);
  const group = { handling: { bot: spread(2, 30), talking: spread(1, 100) }, waits: { person: spread(2, 5), bot: spread(0, null), lost_after: spread(1, 7) } };
  assert.deepEqual(holding(group).map(({ name, seconds }) => [name, seconds]), [["Bots", 60], ["People", 100], ["Nobody", 17]]);
  assert.deepEqual(byKind([{ kind: "transfer", count: 1 }, { kind: "escalation", count: 2 }, { kind: "transfer", count: 4 }]), [{ kind: "transfer", count: 5 }, { kind: "escalation", count: 2 }]);
});

test("words may have the variables that are theirs, and no others", () => {
  assert.deepEqual(unknownIn("{agent} is {here}, {{not}} {giver}", ["agent"]), ["here", "giver"]);
  assert.deepEqual(unknownIn("plain", []), []);
  assert.deepEqual(wordsPatch({ joined: "Hi", left: undefined, waiting: "" }, "en"), { joined: "Hi", left: null, waiting: "" });
  assert.deepEqual(wordsPatch({ joined: "Da" }, "de"), { de: { joined: "Da" } });
});

test("a report that was asked for a moment ago is not asked for again, and a failed one is", async () => {
  let now = 0;
  let asked = 0;
  const rest = { get: () => ((asked += 1), asked === 1 ? Promise.reject(new Error("busy")) : Promise.resolve(asked)) };
  const reports = new Reports(rest, 1000, () => now);
  await assert.rejects(reports.get({ by: "queue" }));
  assert.equal(await reports.get({ by: "queue" }), 2);
  assert.equal(await reports.get({ by: "queue" }), 2);
  assert.equal(await reports.get({ by: "agent" }), 3);
  now = 1001;
  assert.equal(await reports.get({ by: "queue" }), 4);
});
