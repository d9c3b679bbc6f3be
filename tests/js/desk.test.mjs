// The desk without a screen: whose words it keeps, and what becomes of those that went nowhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStorage } from "../../src/batonpass/web/widget/memory.js";
import "./signals.mjs";

const { Desk } = await import("../../src/batonpass/web/desk/desk.js");

/** A storage whose keys are seen from outside, as those of a browser are. */
const keptBy = () => new Proxy(new MemoryStorage(), {
  get: (kept, name) => (typeof kept[name] === "function" ? kept[name].bind(kept) : kept[name]),
  ownKeys: (kept) => Array.from({ length: kept.length }, (_, index) => kept.key(index)),
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A desk in a tab, on a line that answers as told. */
function deskIn(storage, answer = () => ({ ok: true })) {
  const line = { asked: [] };
  const emit = (name, payload, done) => {
    line.asked.push([name, payload]);
    done(null, answer(name));
  };
  const socket = { active: true, on() {}, onAny: (callback) => (line.push = callback), disconnect() {}, timeout: () => ({ emit }) };
  const auth = { handshake: {}, refused() {}, signOut: async () => {} };
  line.desk = new Desk({ io: () => socket, server: "", auth, storage, browser: new MemoryStorage() });
  line.desk.lists.poke = () => {};
  line.desk.session.enter();
  line.enters = async (id, stints = []) => {
    const agent = { id, name: id, kind: "representative" };
    line.push("session.snapshot", { data: { agent, presence: "available", queues: [], offers: [], handoffs: [], stints } });
    await settled();
  };
  return line;
}

const STINT = { stint_id: "s1", conversation_id: "c1", role: "holder", state: "live", ready: true, head: 0 };

test("whoever signs in after another finds nothing of theirs", async () => {
  const storage = keptBy();
  const line = deskIn(storage);
  await line.enters("rita", [STINT]);
  line.desk.select("c1");
  line.desk.drafts.keep("c1", "note", "the customer is difficult");
  await line.enters("rita", [STINT]);
  assert.equal(line.desk.drafts.text("c1", "note"), "the customer is difficult", "the same one, after a cut");
  line.desk.lists.keep({ conversation_id: "c9", customer: "Ann" });
  line.desk.lists.more.value = true;
  line.desk.lists.further();
  await line.enters("sam");
  assert.deepEqual([line.desk.lists.row("c9"), line.desk.lists.pages, line.desk.lists.more.value], [null, 1, false], "a row that was found");
  assert.deepEqual([line.desk.current, line.desk.stints.conversations.size, line.desk.me], [null, 0, "sam"]);
  assert.equal(line.desk.drafts.text("c1", "note"), "");
  storage.setItem("batonpass:draft:c1:note", "of sam");
  await deskIn(storage).enters("rita");
  assert.equal(storage.getItem("batonpass:draft:c1:note"), null, "also after a reload");
});

for (const reload of [false, true])
  test(`what was said into the gap is a draft again when the part is over${reload ? ", also after a reload" : ""}`, async () => {
    const storage = keptBy();
    const over = { ok: false, error: { code: "stint_ended", message: "Your part is over.", retryable: false } };
    const answer = (name) => (name === "message.send" ? over : { ok: true, head: 0, upto: 0, more: false, stints: [], handoffs: [], variables: {}, baton: [] });
    let line = deskIn(storage, answer);
    await line.enters("rita", [STINT]);
    line.desk.select("c1");
    line.desk.current.pause();
    line.desk.current.say("your parcel left today");
    if (reload) line = deskIn(storage, answer);
    await line.enters("rita");
    assert.equal(line.desk.drafts.text("c1", "reply"), "your parcel left today");
    assert.equal(line.desk.drafts.unsentChats.length, 0);
    assert.equal(line.desk.view.toasts.value.length, reload ? 1 : 0, "said where nobody looks at the chat");
  });
