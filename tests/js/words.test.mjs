import assert from "node:assert/strict";
import { test } from "node:test";
import { accentSet, contrast, rgb } from "../../src/batonpass/web/accent.js";
import { splitNames } from "../../src/batonpass/web/dom.js";
import { KEYS, action, bindings, combination, spelled } from "../../src/batonpass/web/desk/keys.js";
import { countdown, dayOrTime, duration, hourMinute, initials, plural, shortName, spoken, waitRange } from "../../src/batonpass/web/format.js";
import { parse, plain } from "../../src/batonpass/web/markdown.js";
import { Memory, MemoryStorage } from "../../src/batonpass/web/widget/memory.js";

test("times", () => {
  assert.deepEqual([0, 48_900, 190_000, 3_599_000, 7_300_000, -5].map(duration), ["0:00", "0:48", "3:10", "59:59", "2 h", "0:00"]);
  assert.deepEqual([1000, 6500, 60_000, 7_200_000].map(spoken), ["1 second", "6 seconds", "1 minute", "2 hours"]);
  assert.deepEqual([599_000, 20_100, 1, 0, -9].map(countdown), ["9:59", "21 s", "1 s", "0 s", "0 s"]);
  assert.equal(hourMinute("2026-11-20T14:05:59.999Z", "en", "UTC"), "14:05");
  assert.equal(plural(1, "slot") + plural(2, "slot"), "1 slot2 slots");
});

test("waits are ranges", () => {
  const waits = [{ low_s: 130, high_s: 230 }, { low_s: 0, high_s: 40 }, { low_s: 0, high_s: 110 }, { low_s: 180, high_s: 180 }, null];
  assert.deepEqual(waits.map((wait) => waitRange(wait)), ["2 to 4 min", "under 1 min", "1 to 2 min", "3 min", ""]);
  assert.equal(waitRange(waits[0], "minutes"), "2 to 4 minutes");
});

test("names", () => {
  assert.deepEqual(["Representative 4", "Representative 12", "Anna Berg", "Öz", ""].map(initials), ["R4", "12", "AB", "Ö", "?"]);
  assert.equal(shortName("Representative 4"), "Rep. 4");
  assert.equal(shortName("Representatives"), "Representatives");
});

test("the small markdown", () => {
  assert.deepEqual(parse("a **b** *c* `d*`\n[e](https://x.example/1) https://y.example/2."), [
    { type: "text", text: "a " },
    { type: "bold", children: [{ type: "text", text: "b" }] },
    { type: "text", text: " " },
    { type: "italic", children: [{ type: "text", text: "c" }] },
    { type: "text", text: " " },
    { type: "code", text: "d*" },
    { type: "break" },
    { type: "link", href: "https://x.example/1", text: "e" },
    { type: "text", text: " " },
    { type: "link", href: "https://y.example/2", text: "https://y.example/2" },
    { type: "text", text: "." },
  ]);
});

test("what is no markdown stays as it is", () => {
  const texts = ["2 * 3 * 4", "**", "* a *", "`", "[x](javascript:alert(1))", "<b>x</b>", "[x] (https://x.example)", "a_b_c", "ftp://x"];
  for (const text of texts.filter((one) => !one.includes("https"))) assert.deepEqual(parse(text), [{ type: "text", text }], text);
  assert.ok(parse(texts[6]).every((token) => token.text !== "x"));
});

test("links lead to http and https only, and a stranger's links show their own address", () => {
  const text = "[your bank](https://evil.example/) javascript:alert(1) data:text/html,x";
  const tokens = parse(text, { labels: false });
  assert.deepEqual(tokens.filter((token) => token.type === "link").map((token) => [token.href, token.text]), [["https://evil.example/", "https://evil.example/"]]);
});

test("every text comes back whole, without its signs, and none takes long", () => {
  const nasty = ["*", "**", "`", "[", "](", "h", "https://", "\n", "a ", "**a", "*a*", "[x](https://a)"].map((piece) => piece.repeat(8000).slice(0, 8000));
  const start = performance.now();
  for (const text of nasty) parse(text);
  assert.ok(performance.now() - start < 2000);
  assert.equal(plain("**Hello**\n  `x` [y](https://z.example)"), "Hello x y");
});

test("names in a sentence", () => {
  assert.deepEqual(splitNames("Rep. (1) passed you to Rep. (1) b", ["Rep. (1)", "Rep. (1) b", undefined]), [
    { text: "Rep. (1)", bold: true },
    { text: " passed you to ", bold: false },
    { text: "Rep. (1) b", bold: true },
  ]);
  assert.deepEqual(splitNames("nobody", []), [{ text: "nobody", bold: false }]);
});

test("the accent is readable, whatever the operator chose", () => {
  const colours = ["#1E5A44", "#ffcc00", "#ffffff", "#000000", "#2b5c91", "#f0f", "red", "", null];
  for (const dark of [false, true]) {
    for (const colour of colours) {
      const { accent, onAccent } = accentSet(colour, { dark });
      assert.ok(contrast(rgb(accent), rgb(onAccent)) >= 4.5, `${colour} ${dark} text`);
      assert.ok(contrast(rgb(accent), rgb(dark ? "#151D26" : "#FFFFFF")) >= 4.5, `${colour} ${dark} surface`);
    }
  }
  assert.equal(accentSet("#1E5A44").accent, "#1E5A44", "a readable colour stays");
});

test("keys are physical, and AltGr is no Alt", () => {
  const key = (code, more = {}) => ({ code, altKey: true, ...more });
  assert.equal(action(key("KeyA")), "accept");
  assert.equal(action(key("KeyA", { shiftKey: true })), "decline");
  assert.equal(action(key("KeyA", { altKey: false })), null);
  assert.equal(action(key("KeyA", { ctrlKey: true })), null);
  assert.equal(action(key("KeyA", { getModifierState: (name) => name === "AltGraph" })), null);
  assert.equal(action(key("KeyQ")), null);
});

test("keys can be bound anew; single ones work outside fields only", () => {
  const key = (code, more = {}) => ({ code, key: more.key ?? "", altKey: true, shiftKey: false, ctrlKey: false, metaKey: false, ...more });
  const keys = bindings({ accept: "Alt+Shift+Digit1", nonsense: "Alt+KeyZ", note: 7 });
  assert.equal(action(key("Digit1", { shiftKey: true }), { keys }), "accept");
  assert.equal(action(key("KeyA"), { keys }), null);
  assert.equal(keys.note, KEYS.note);
  const slash = key("Slash", { altKey: false, key: "/" });
  assert.deepEqual([action(slash), action(slash, { inField: true })], ["search", null]);
  assert.equal(action(key("Minus", { altKey: false, shiftKey: true, key: "?" })), "help");
  assert.equal(action(key("KeyA"), { inField: true }), "accept");
  assert.deepEqual([combination(key("AltLeft")), combination(key("KeyA", { ctrlKey: true }))], [null, null]);
  assert.deepEqual(["Alt+KeyA", "Alt+Shift+Digit1", "Alt+ArrowUp", "/"].map(spelled), ["Alt A", "Alt Shift 1", "Alt Up", "/"]);
});

test("today is a time, before that a day, long ago with its year", () => {
  const now = Date.parse("2026-11-20T14:00:00Z");
  const said = (at) => dayOrTime(at, now, "en", "UTC");
  assert.deepEqual(["2026-11-20T09:05:00Z", "2026-11-19T23:59:00Z", "2025-03-02T10:00:00Z"].map(said), ["09:05", "Nov 19", "Mar 2, 2025"]);
});

test("the widget remembers per server, and unsent messages one by one", () => {
  const storage = new MemoryStorage();
  const memory = new Memory(storage, "https://chat.example");
  const other = new Memory(storage, "https://other.example");
  memory.session = { customer_id: "c", token: "t" };
  memory.save({ client_id: "b", order: 2 });
  memory.save({ client_id: "a", order: 1 });
  other.save({ client_id: "z", order: 0 });
  assert.deepEqual(memory.load().map((item) => item.client_id), ["a", "b"]);
  memory.drop({ client_id: "a" });
  assert.deepEqual(new Memory(storage, "https://chat.example").load().map((item) => item.client_id), ["b"]);
  assert.equal(other.session, null);
  memory.session = null;
  assert.equal(memory.session, null);
});

test("an address that is nearly all punctuation costs no more than another", () => {
  const began = performance.now();
  const [link] = parse(`https://${".".repeat(100_000)}a`);
  assert.ok(performance.now() - began < 1_000, "in the square of its length it takes seconds");
  assert.equal(link.href.length, 100_009);
  assert.deepEqual(parse("https://a.example/b.).,").map(({ text }) => text), ["https://a.example/b", ".).,"]);
});
