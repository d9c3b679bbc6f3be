import assert from "node:assert/strict";
import { test } from "node:test";
import { groups, leaves, outlook } from "../../src/batonpass/web/desk/choices.js";
import { changes, fieldsOf, parseText, same, textOf } from "../../src/batonpass/web/desk/summarytext.js";

const agent = (name, more = {}) => ({ agent: { id: name, name, kind: "representative" }, presence: "available", reachable: true, slots_used: 2, capacity: 5, queues: ["Billing"], skills: [], ...more });
const FOUND = {
  agents: [
    agent("Representative 12", { slots_used: 5, refused: { code: "full", message: "full" } }),
    agent("Representative 3", { skills: ["English"] }),
    agent("Representative 7", { suggested: "previous" }),
    { ...agent("Billing bot"), agent: { id: "bb", name: "Billing bot", kind: "bot" }, capacity: undefined },
  ],
  queues: [
    { queue_id: "night", name: "Billing, night", available: 0, bots: 0, waiting: 0, open: false, refused: { code: "closed", message: "closed", opens_at: "x" } },
    { queue_id: "billing", name: "Billing", available: 6, bots: 0, waiting: 2, wait: { low_s: 60, high_s: 120 }, open: true },
  ],
  workflows: [{ name: "dispute", title: "Billing dispute", steps: ["Billing bot", "Billing"] }],
};
const view = { kind: "transfer", when: () => "tomorrow 08:00" };
const names = (found) => found.map(({ title, options }) => `${title}: ${options.map((one) => one.name).join("; ")}`);

test("who can be asked comes first, and who cannot stays, with the reason", () => {
  const found = groups(FOUND, view);
  assert.deepEqual(names(found), ["Suggested: Representative 7", "People: Representative 3; Representative 12", "Queues: Billing; Billing, night", "Bots: Billing bot", "Workflows: Billing dispute"]);
  const [, people, queues] = found;
  assert.deepEqual(people.options.map(({ end, refused }) => [end, refused]), [["3 free", ""], ["Full (5 of 5)", "Full (5 of 5)"]]);
  assert.deepEqual(queues.options.map(({ under, end }) => [under, end]), [["6 people available, 2 waiting", "1 to 2 min"], ["Closed, opens tomorrow 08:00", ""]]);
});

test("a queue that only bots serve is a way back to a bot", () => {
  const survey = { queue_id: "s", name: "Survey", available: 0, bots: 1, waiting: 0, open: true, refused: { code: "empty", message: "No person." } };
  const [{ options }] = groups({ ...FOUND, agents: [], queues: [survey], workflows: [] }, view);
  assert.deepEqual(options.map(({ under, end, refused, ask }) => [under, end, refused, ask]), [["1 bot", "at once", "", "hand_back"]]);
  assert.match(outlook(options[0], "now", { kind: "transfer" }).bold, /^A bot of Survey answers at once/);
  const [invited] = groups({ ...FOUND, agents: [], queues: [survey], workflows: [] }, { ...view, kind: "invitation" });
  assert.equal(invited.options[0].refused, "Nobody serves it");
});

test("search and tabs narrow it down; a bot is asked to take it back", () => {
  assert.deepEqual(names(groups(FOUND, { ...view, text: "engl repr" })), ["People: Representative 3"]);
  const [bots] = groups(FOUND, { ...view, tab: "bots", policy: true });
  assert.deepEqual(bots.options.map(({ name, ask }) => [name, ask]), [["Next bot", "hand_back"], ["Billing bot", "hand_back"]]);
  assert.deepEqual(groups(FOUND, { ...view, text: "nobody of this name" }), []);
});

test("what will happen is said before it does", () => {
  const person = groups(FOUND, view)[1].options[0];
  const more = { kind: "transfer", offerSeconds: 30, fallsTo: "Billing" };
  assert.equal(outlook(person, "on_accept", more).bold, "Representative 3 gets an offer for 30 s.");
  assert.match(outlook(person, "on_accept", more).rest, /^If nobody takes it: the Billing queue, then back to you\./);
  assert.match(outlook(person, "now", more).rest, /^You leave at once\. If nobody takes it: the Billing queue\./);
  assert.equal(outlook(person, "now", more).button, "Offer to Representative 3");
  assert.match(outlook(null, "now", more).bold, /^Choose/);
  assert.match(outlook(groups(FOUND, view)[1].options[1], "now", more).bold, /cannot be asked now: full \(5 of 5\)/);
  assert.match(leaves(person, { warmMinutes: 10 })[2][2], /^Representative 3 joins unseen, you two talk first\. 10 min at most\.$/);
});

const SUMMARY = { transfer_reason: "Label fee refund needs billing.", issue: "Got size 42.", steps: [{ by: "Order bot", text: "label twice", seq: 3 }], next_step: "Refund 4.90 EUR.", facts: [{ name: "order", value: "48-2019", seq: 2 }] };

test("a summary as text, and back with its sources", () => {
  const fields = fieldsOf(SUMMARY);
  const text = textOf(fields);
  assert.equal(text, "Reason: Label fee refund needs billing.\nIssue: Got size 42.\nTried: Order bot: label twice\nNext: Refund 4.90 EUR.\n- order: 48-2019");
  assert.deepEqual(parseText(text, SUMMARY), fields);
  assert.ok(same(parseText(text), fields));
  assert.equal(parseText("My own words.\nIn two lines."), null);
  assert.ok(textOf({ ...fields, issue: "x".repeat(9000) }).length <= 4000);
});

test("what was changed in a text is marked word by word", () => {
  assert.deepEqual(changes("Refund label fee.", "Refund 4.90 EUR label fee.").filter(({ fresh }) => fresh).map(({ text }) => text), ["4.90 EUR"]);
  assert.deepEqual(changes("a b", "a b"), [{ text: "a b", fresh: false }]);
  assert.equal(changes("one two", "two three one").map(({ text }) => text).join(""), "two three one");
});
