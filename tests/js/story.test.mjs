import assert from "node:assert/strict";
import { test } from "node:test";
import { CHUNK, Telling, lastSaid, lines, unanswered } from "../../src/batonpass/web/desk/rows.js";
import { tell } from "../../src/batonpass/web/story.js";
import { added, at, closed, draft, hidden, message, note, numbered, removed } from "./entries.mjs";

const parts = (story) => story.parts.map(({ kind, name, started_at, ended_at }) => [kind, name, started_at, ended_at]);
const sentence = (line) => line.pieces.map(({ text }) => text).join("");

const BOT = { name: "Order bot", kind: "bot", id: "a" };
const YOU = { name: "Representative 4", kind: "representative", id: "me" };
const OTHER = { name: "Representative 7", kind: "representative", id: "r7" };

test("nobody, a bot, nobody, a person: the parts in time order", () => {
  const story = tell(numbered([message("customer", 0), added(BOT, 5), removed(BOT, 60, "escalation"), added(YOU, 130)]));
  assert.deepEqual(parts(story), [
    ["nobody", "", at(0), at(5)],
    ["bot", "Order bot", at(5), at(60)],
    ["nobody", "", at(60), at(130)],
    ["representative", "Representative 4", at(130), null],
  ]);
  assert.equal(story.holder.name, "Representative 4");
});

test("removed and added of one commit leave no wait between", () => {
  const story = tell(numbered([added(OTHER, 0), removed(OTHER, 60, "transfer"), added(YOU, 60)]));
  assert.deepEqual(story.parts.map((part) => part.name), ["Representative 7", "Representative 4"]);
});

test("a customer sees one public entry for a direct pass", () => {
  const story = tell(numbered([added(OTHER, 0), added(YOU, 60)]));
  assert.deepEqual(parts(story), [
    ["representative", "Representative 7", at(0), at(60)],
    ["representative", "Representative 4", at(60), null],
  ]);
});

test("helpers are no parts, and their leaving moves nothing", () => {
  const story = tell(numbered([added(YOU, 0), added(OTHER, 5, "helper"), removed(OTHER, 9, "left", "helper")]));
  assert.deepEqual(story.parts.map((part) => part.name), ["Representative 4"]);
  assert.equal(story.holder.agent_id, "me");
});

test("the end: nobody holds it, and nobody waits", () => {
  const story = tell(numbered([added(YOU, 0), removed(YOU, 60, "closed"), closed(60, "resolved")]));
  assert.deepEqual(parts(story), [["representative", "Representative 4", at(0), at(60)]]);
  assert.equal(story.closed, true);
  assert.equal(story.holder, null);
});

test("the desk's lines: left is the customer and nothing else", () => {
  const entries = numbered([added(BOT, 0), message("customer", 1), message(BOT, 2), note(YOU, 3), draft(BOT, 4), hidden()]);
  const found = lines(entries, "me").lines;
  assert.deepEqual(found.map((line) => line.type), ["pass", "message", "message", "note", "draft", "hidden"]);
  assert.deepEqual(found.filter((line) => line.side === "left").map((line) => line.seq), [2]);
});

test("the desk's lines say how the baton went", () => {
  const entries = numbered([
    added(BOT, 0),
    removed(BOT, 60, "escalation", "holder", { code: "passing_to_person", params: {}, text: "told" }),
    added(OTHER, 132),
    removed(OTHER, 200, "transfer"),
    added(YOU, 200),
    removed(YOU, 300, "hand_back"),
    added(BOT, 300),
    removed(BOT, 310, "lost"),
    closed(310, "resolved"),
  ]);
  assert.deepEqual(lines(entries, "me").lines.map(sentence), [
    "Order bot took the baton",
    "Waiting. Order bot is passing it to a person. The customer was told.",
    "Representative 7 took the baton after 1:12",
    "Representative 7 passed the baton to you",
    "You passed the baton to Order bot",
    "Closed. It was resolved.",
  ]);
});

test("the rail: striped for a bot, dashed for nobody, plain for a person, solid for you", () => {
  const entries = numbered([added(BOT, 0), message("customer", 1), removed(BOT, 60, "escalation"), added(OTHER, 90), added(YOU, 95), message(YOU, 99)]);
  const rail = lines(entries, "me").lines.map(({ before, after }) => `${before}-${after}`);
  assert.deepEqual(rail, ["bot-bot", "bot-bot", "bot-nobody", "nobody-person", "person-you", "you-you"]);
});

test("an entry of a kind this version does not know keeps the order and shows nothing", () => {
  const entries = numbered([added(BOT, 0), { event: "message.edited", at: at(1), actor: { type: "bot" }, data: {} }, message("customer", 2)]);
  assert.deepEqual(lines(entries, "me").lines.map((line) => line.seq), [1, 3]);
});

test("the oldest message that waits for an answer", () => {
  const entries = numbered([message("customer", 0), message(BOT, 1), message("customer", 2), message("customer", 3), note(YOU, 4)]);
  assert.deepEqual(unanswered(entries), { seq: 3, at: at(2) });
  assert.equal(unanswered([...entries, ...numbered([message(YOU, 5)])]), null);
});

test("the last thing said, and by whom", () => {
  const entries = numbered([message("customer", 0, "hello"), message(YOU, 1, "hi"), note(YOU, 2)]);
  assert.deepEqual({ ...lastSaid(entries, "me"), by: undefined }, { text: "hi", own: true, by: undefined });
  assert.equal(lastSaid([], "me"), null);
});

test("a whisper is no line of the customer's talk", () => {
  const whisper = message(OTHER, 3, "refund it");
  whisper.data.to = ["me"];
  const entries = numbered([added(YOU, 0), message("customer", 1, "please"), whisper]);
  const found = lines(entries, "me").lines;
  assert.deepEqual(found.map((line) => [line.type, Boolean(line.whisper)]), [["pass", false], ["message", false], ["message", true]]);
  assert.equal(unanswered(entries).seq, 2);
  assert.equal(lastSaid(entries, "me").text, "please");
});

test("of a note that was written anew only the last version stands", () => {
  const first = { ...note(YOU, 1), data: { note_id: "n", version: 1, text: "Monday" } };
  const again = { ...note(YOU, 2), data: { note_id: "n", version: 2, text: "Friday" } };
  const told = lines(numbered([added(YOU, 0), first, again]), "me").lines;
  assert.deepEqual(told.filter((line) => line.type === "note").map((line) => line.text), ["Friday"]);
});

test("a message that was marked as sensitive shows no words any more, but to its author", () => {
  const mark = (of) => ({ event: "message.marked", at: at(9), actor: { type: "bot", name: "Order bot", id: "a" }, data: { message_id: of } });
  const told = lines(numbered([added(YOU, 0), message("customer", 1, "my PIN"), message(YOU, 2, "mine"), mark("m1"), mark("m2")]), "me").lines;
  assert.deepEqual(told.filter((line) => line.type === "message").map((line) => line.content.text), ["•••", "mine"]);
});

test("who called a summary wrong is told to the others", () => {
  const flag = { event: "summary.flagged", at: at(3), actor: { type: "person", name: "Representative 7", id: "r7" }, data: { handoff_id: "h", version: 1, reason: "wrong name" } };
  const told = lines(numbered([added(YOU, 0), flag]), "me").lines;
  assert.equal(sentence(told.at(-1)), "Representative 7 called the summary wrong: wrong name");
});

test("a parked chat is held until somebody goes on with it", () => {
  const parked = removed(YOU, 60, "held");
  parked.data.notice = { code: "on_hold", params: {}, text: "On hold.", locale: "en" };
  const over = { event: "notice.posted", at: at(90), actor: { type: "system" }, data: { notice: { code: "hold_over" } } };
  const story = tell(numbered([added(YOU, 0), parked]));
  assert.deepEqual([story.holder, story.held, story.closed], [null, true, false]);
  story.take(over);
  assert.equal(story.held, false);
  story.take(added(YOU, 95));
  assert.deepEqual([story.holder.name, story.held], ["Representative 4", false]);
});

test("a closed chat that is opened again goes on with a wait", () => {
  const again = { event: "notice.posted", at: at(200), actor: { type: "system" }, data: { notice: { code: "reopened" } } };
  const story = tell(numbered([added(YOU, 0), removed(YOU, 60, "closed"), closed(60)]));
  assert.equal(story.closed, true);
  assert.equal(story.take(again), "reopened");
  assert.deepEqual([story.closed, story.parts.at(-1).kind, story.parts.at(-1).started_at], [false, "nobody", at(200)]);
});

test("told one by one, or all at once, or with the older half later: the same lines", () => {
  const row = [];
  for (let turn = 0; turn < 60; turn += 1) {
    const now = turn * 20;
    row.push(message("customer", now), message(BOT, now + 1), added(YOU, now + 2), note(YOU, now + 3), removed(YOU, now + 4, "transfer"));
    if (turn % 2) row.push(added(OTHER, now + 4), removed(OTHER, now + 9, "escalation"));
    if (turn % 7 === 3) row.push({ event: "message.marked", at: at(now + 10), actor: { type: "bot" }, data: { message_id: `m${now}` } });
    if (turn % 9 === 4) row.push({ ...note(YOU, now + 11), data: { note_id: `n${now + 3}`, version: 2, text: "anew" } });
    row.push(added(BOT, now + 12));
  }
  const entries = numbered([...row, removed(BOT, 5000, "closed"), closed(5000, "resolved")]);
  const whole = lines(entries, "me").lines;
  const grown = new Telling("me");
  for (const entry of entries) grown.push(entry);
  assert.deepEqual(grown.lines, whole);
  const later = new Telling("me");
  for (const entry of entries.slice(250)) later.push(entry);
  later.unshift(entries.slice(0, 250));
  assert.deepEqual(later.lines, whole);
  assert.deepEqual(later.late, unanswered(entries));
});

test("an entry leaves the drawn pieces before its own as they are", () => {
  const telling = new Telling("me");
  const entries = numbered(Array.from({ length: 3 * CHUNK }, (_, index) => message("customer", index)));
  for (const entry of entries.slice(0, -1)) telling.push(entry);
  const before = telling.chunks;
  telling.push(entries.at(-1));
  assert.ok(before.length > 2);
  const changed = telling.chunks.filter((chunk, index) => chunk !== before[index]);
  assert.equal(changed.length, 1);
});

test("a part of the timeline begins with the holder it began under", () => {
  const before = [{ kind: "bot", name: "Order bot", agent_id: "a", started_at: at(0), ended_at: null }];
  const telling = new Telling("me", before);
  telling.push({ seq: 801, ...message("customer", 60) });
  telling.push({ seq: 802, ...added(YOU, 70) });
  assert.deepEqual(telling.lines.map(({ before, after }) => `${before}-${after}`), ["bot-bot", "bot-you"]);
  assert.equal(sentence(telling.last), "Order bot passed the baton to you");
});

test("whoever was asked first and then holds has not left between", () => {
  const entries = numbered([added(YOU, 0), added(OTHER, 10, "consulted"), removed(OTHER, 60, "completed", "consulted"), removed(YOU, 60, "transfer"), added(OTHER, 60), removed(OTHER, 90, "left", "consulted")]);
  assert.deepEqual(lines(entries, "me").lines.map(sentence), ["You took the baton", "Representative 7 joined, unseen by the customer", "You passed the baton to Representative 7", "Representative 7 left"]);
});

test("who goes on after a hold did not wait in a queue", () => {
  const parked = removed(YOU, 60, "held", "holder", { code: "on_hold", params: {}, text: "On hold.", locale: "en" });
  const told = lines(numbered([added(YOU, 0), parked, added(YOU, 90)]), "me").lines;
  assert.deepEqual(told.map(sentence), ["You took the baton", "On hold. You put it on hold. The customer was told.", "You went on with it after 0:30 on hold"]);
  assert.deepEqual(told.map(({ before, after }) => `${before}-${after}`), ["you-you", "you-held", "held-you"]);
});
