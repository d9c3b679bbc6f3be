import assert from "node:assert/strict";
import { test } from "node:test";
import { modeNow, modesOf } from "../../src/batonpass/web/desk/modes.js";

const AT = { consulted: { speaks: false, others: [1] }, alone: { speaks: true, others: [] }, together: { speaks: true, others: [1] } };

test("half a whisper is never said aloud because one comes to hold, or is left alone", () => {
  for (const wanted of ["reply", "whisper"]) {
    const before = { mode: "whisper", wanted };
    assert.equal(modeNow(modesOf(AT.alone), wanted, before, true), "note");
    assert.equal(modeNow(modesOf(AT.together), wanted, before, true), "whisper");
  }
});

test("otherwise the box is for the customer, and a choice is a choice", () => {
  assert.equal(modeNow(modesOf(AT.consulted), "reply", null, false), "whisper");
  assert.equal(modeNow(modesOf(AT.alone), "reply", { mode: "whisper", wanted: "reply" }, false), "reply");
  assert.equal(modeNow(modesOf(AT.together), "reply", { mode: "whisper", wanted: "whisper" }, true), "reply");
  assert.equal(modeNow(modesOf(AT.alone), "reply", null, true), "reply", "opened anew");
  assert.equal(modeNow(modesOf(AT.alone), "note", { mode: "note", wanted: "note" }, true), "note");
  assert.equal(modeNow(modesOf({ wrappingUp: true }), "reply", { mode: "reply", wanted: "reply" }, false), "wrapUp");
});
