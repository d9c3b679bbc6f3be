// Who a page is signed in as, without a screen.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./signals.mjs";

const { Auth } = await import("../../src/batonpass/web/auth.js");
const { MemoryStorage } = await import("../../src/batonpass/web/widget/memory.js");

const ME = { role: "agent", account: { name: "ada" }, session_id: "s1" };

/** Signed in by a cookie; `leave` answers the request that ends the session. */
async function signedIn(leave) {
  const browser = new MemoryStorage();
  browser.setItem("batonpass:signed-in", "yes");
  const fetch = async (path, { method }) => (method === "DELETE" ? leave() : Response.json(ME));
  const auth = new Auth({ server: "", tab: new MemoryStorage(), browser, label: "Desk", fetch, secure: true });
  await auth.begin();
  assert.equal(auth.state.value, "in");
  return auth;
}

test("who signs out is out, and nothing is to be said", async () => {
  const auth = await signedIn(() => Response.json({ ended: 1 }));
  await auth.signOut();
  assert.deepEqual([auth.state.value, auth.problem.value], ["out", null]);
});

test("a session that the server did not end is not said to be over: its cookie is in the browser still", async () => {
  for (const leave of [() => Promise.reject(new TypeError("no line")), () => Response.json({ code: "store_unavailable" }, { status: 503 })]) {
    const auth = await signedIn(leave);
    await auth.signOut();
    assert.equal(auth.state.value, "out");
    assert.match(auth.problem.value ?? "", /did not hear/);
  }
});

test("a session that was over already needs no word", async () => {
  const auth = await signedIn(() => Response.json({ code: "bad_token" }, { status: 401 }));
  await auth.signOut({ everywhere: true });
  assert.equal(auth.problem.value, null);
});

test("an id out of an address leads to no other endpoint", async () => {
  const asked = [];
  const fetch = async (path) => (asked.push(path), Response.json({}));
  const auth = new Auth({ server: "", tab: new MemoryStorage(), browser: new MemoryStorage(), label: "Desk", fetch, secure: true });
  for (const id of ["../../agents/rita/keys/rotate#", "..", ".", "%2e%2e/x", ".%2E", "..\\..\\x", "a#b", "a/..\t/b", ".\t./x", "\n../x"]) {
    await assert.rejects(auth.ask("POST", `/admin/config/versions/${id}/revert`), { code: "bad_request" }, id);
  }
  assert.deepEqual(asked, []);
  await auth.ask("GET", "/admin/agents/a..b/%2F..c?text=../#x");
  assert.deepEqual(asked, ["/api/v1/admin/agents/a..b/%2F..c?text=../#x"]);
});
