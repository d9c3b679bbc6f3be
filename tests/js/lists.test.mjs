import assert from "node:assert/strict";
import { test } from "node:test";
import { arrived, order, patched, rowView } from "../../src/batonpass/web/desk/listrow.js";

const START = Date.parse("2026-03-01T10:00:00Z");
const at = (seconds) => new Date(START + seconds * 1000).toISOString();
const view = { now: START + 300_000, local: 5_000, me: "me" };
const YOU = { id: "me", name: "Representative 4", kind: "representative" };
const OTHER = { id: "r9", name: "Representative 9", kind: "representative" };
const BOT = { id: "b", name: "Order bot", kind: "bot" };
const row = (more = {}) => ({ conversation_id: "c1", customer: "", queue: "Returns", queue_id: "returns", state: "active", baton: [], holder: YOU, others: [], started_at: at(0), may: [], ...more });
const live = { stint_id: "s1", state: "live", started_at: at(0), until: null };

test("who holds it, who is beside, and where it goes, in words", () => {
  const words = (more) => rowView({ row: row(more), stint: live }, view).words;
  assert.equal(words({}), "You hold it");
  assert.equal(words({ others: [{ agent: YOU, role: "holder" }, { agent: OTHER, role: "helper" }] }), "You, Representative 9 helps");
  assert.equal(words({ others: [{ agent: BOT, role: "consulted" }] }), "You, Order bot consulted");
  assert.equal(words({ others: [{ agent: OTHER, role: "helper" }, { agent: BOT, role: "consulted" }] }), "You, 2 more beside");
  assert.equal(words({ handoff: { handoff_id: "h", kind: "transfer", state: "queued", target: "Billing" } }), "You, passing to Billing");
  assert.equal(words({ holder: OTHER, others: [{ agent: YOU, role: "helper" }] }), "Representative 9 holds it, you help");
  assert.equal(words({ holder: null, state: "open" }), "Nobody holds it");
  assert.equal(words({ holder: null, state: "open", handoff: { handoff_id: "h", kind: "escalation", state: "offered", target: "Returns", offered_to: YOU } }), "Offered to you");
  assert.equal(words({ holder: null, state: "open", handoff: { handoff_id: "h", kind: "escalation", state: "queued", target: "Returns" } }), "Nobody holds it");
  const hold = { hold_id: "h1", agent: OTHER, queue: "returns", started_at: at(0), until: at(420) };
  assert.equal(words({ holder: null, state: "held", hold }), "On hold by Representative 9, 2:00 left");
  assert.equal(words({ holder: null, state: "closed", outcome: { reason: "customer_ended" } }), "The customer ended it");
});

test("a wait counts from the first line nobody answered, and is late after two minutes", () => {
  const waits = (since) => rowView({ row: row({ unanswered_since: since && at(since) }), stint: live }, view);
  assert.deepEqual([waits(240).since, waits(240).late], [START + 240_000, false]);
  assert.equal(waits(180).late, true);
  assert.deepEqual([waits(null).since, waits(null).late], [null, false]);
  const open = rowView({ row: row({ state: "open", holder: null, waiting_since: at(290) }) }, view);
  assert.equal(open.since, START + 290_000);
});

test("what was read here is newer than the row; without it the row speaks", () => {
  const part = { kind: "representative", name: "Representative 4", agent_id: "me", started_at: at(0), ended_at: null };
  const conversation = { baton: { parts: [part], pending: null, closed: false }, waitsSince: { seq: 9, at: at(280) }, last: { text: "**Yes**", own: true, by: { type: "representative", name: "Representative 4" } }, holder: part, pending: null };
  const stale = row({ unanswered_since: at(1), last: { at: at(1), by: "customer", text: "old", kind: "text" } });
  const read = rowView({ row: stale, stint: live, conversation }, view);
  assert.deepEqual([read.since, read.last], [START + 280_000, { who: "You: ", text: "Yes" }]);
  const unread = rowView({ row: stale, stint: live, conversation: { ...conversation, baton: { parts: [] } } }, view);
  assert.deepEqual([unread.since, unread.last], [START + 1_000, { who: "", text: "old" }]);
});

test("the last line says who spoke, a file is a file, and words that are not for me stay away", () => {
  const last = (more) => rowView({ row: row({ last: { at: at(1), by: "bot", name: "Order bot", text: "", kind: "text", ...more } }) }, view).last;
  assert.deepEqual(last({ text: "Hello" }), { who: "Order bot: ", text: "Hello" });
  assert.deepEqual(last({ kind: "attachment" }), { who: "Order bot: ", text: "A file" });
  assert.deepEqual(last({}), { who: "", text: "Order bot wrote" });
  assert.deepEqual(last({ by: "customer" }), { who: "", text: "The customer wrote" });
});

test("on hold is no wait: the baton's last part is parked", () => {
  const wait = { kind: "nobody", name: "", started_at: at(200), ended_at: null };
  const kinds = (state) => rowView({ row: row({ state, holder: null, baton: [{ ...wait, kind: "bot" }, wait] }) }, view).baton.parts.map(({ kind }) => kind);
  assert.deepEqual(kinds("held"), ["bot", "held"]);
  assert.deepEqual(kinds("open"), ["bot", "nobody"]);
});

test("tags: wrap-up with its rest, an offer with the rest of its time", () => {
  const wrap = rowView({ row: row(), stint: { ...live, state: "wrap_up", until: 45_000 } }, view);
  assert.deepEqual([wrap.tag, wrap.words, wrap.since], ["Wrap-up", "Wrap-up, 0:40 left", null]);
  const handoff = { handoff_id: "h", kind: "transfer", state: "offered", target: "Representative 9", offered_to: OTHER, ends_in_ms: 12_000 };
  const offered = rowView({ row: arrived(row({ handoff }), view.now), stint: live }, view);
  assert.deepEqual([offered.tag, offered.words], ["Offered 0:12", "You, passing to Representative 9"]);
  assert.deepEqual(offered.baton.pending, { kind: "representative", name: "Representative 9", agent_id: "r9" });
});

test("longest waiting first, then what waits for nothing, then wrap-ups", () => {
  const known = (id, since, state = "live") => ({ id, stint: { ...live, state }, since });
  const rows = [known("wrap", null, "wrap_up"), known("calm", null), known("late", 1), known("fresh", 2)];
  assert.deepEqual(order(rows).map(({ id }) => id), ["late", "fresh", "calm", "wrap"]);
});

test("a row follows what is heard: the customer waits from the first unanswered line until anybody answers", () => {
  const message = (type, id, seconds, more = {}) => ({ event: "message.created", at: at(seconds), actor: { type, id, name: id }, data: { content: { type: "text", text: `at ${seconds}` }, ...more } });
  let now = patched(row(), message("customer", "c", 10), "me");
  now = patched(now, message("customer", "c", 20), "me");
  assert.deepEqual([now.unanswered_since, now.last.text, now.last.by], [at(10), "at 20", "customer"]);
  assert.equal(patched(now, message("representative", "r9", 25, { to: "agents" }), "me"), now);
  now = patched(now, message("representative", "me", 30), "me");
  assert.deepEqual([now.unanswered_since, now.last.by], [null, "you"]);
});
