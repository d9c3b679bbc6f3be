// The operator page without a screen: who is here, and where they look.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./signals.mjs";

const { Operator } = await import("../../src/batonpass/web/operator/operator.js");
const { signal } = await import("../../src/batonpass/web/vendor/signals-core.module.js");

function page() {
  globalThis.location ??= { hash: "" };
  const auth = { state: signal("out"), me: signal(null), handshake: {}, fetch: async () => new Response("{}") };
  const socket = { on() {}, onAny() {}, disconnect() {} };
  return new Operator({ io: () => socket, server: "", auth });
}

test("an address that cannot be read breaks nothing", () => {
  const operator = page();
  operator.go("#/queues/%E0%A4%A");
  assert.deepEqual(operator.route.value, { section: "queues", id: "%E0%A4%A" });
  operator.go("#/queues/a%2Fb");
  assert.equal(operator.route.value.id, "a/b");
});

test("what is done is told over plain HTTP as well, where a browser makes no random UUIDs", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { randomUUID } = crypto;
  crypto.randomUUID = undefined;
  try {
    const operator = page();
    operator.toast("Saved.");
    assert.deepEqual(operator.toasts.value.map(({ text }) => text), ["Saved."]);
  } finally {
    crypto.randomUUID = randomUUID;
  }
});

test("who leaves takes along what only they may see", () => {
  const operator = page();
  operator.begin();
  operator.auth.me.value = { role: "admin" };
  operator.auth.state.value = "in";
  operator.configuration.state.value = { version: 3, document: {} };
  operator.trace.value = { id: "c", state: "here", found: {} };
  operator.setDraft("returns", { rita: 4 });
  operator.floor.refusal.value = "You may not.";
  operator.floor.switches.value = { notes: false };
  operator.auth.state.value = "out";
  assert.deepEqual([operator.floor.refusal.value, operator.floor.switches.value], [null, {}]);
  assert.deepEqual([operator.configuration.state.value, operator.trace.value, operator.drafts.value], [null, null, {}]);
});

test("a table has the name that the operator gave it, and none that every object has", () => {
  const operator = page();
  operator.configuration.state.value = { version: 1, document: { queues: {} } };
  assert.equal(operator.configuration.table("constructor"), undefined);
  assert.equal(operator.configuration.table("queues", "__proto__"), undefined);
  assert.deepEqual(operator.configuration.table("queues"), {});
});
