// The widget's parts that need no page: its words, whose chat it is, what is read.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { references } from "../../src/batonpass/web/dom.js";
import { Chat } from "../../src/batonpass/web/widget/chat.js";
import { settleIdentity, subjectOf } from "../../src/batonpass/web/widget/identity.js";
import { Memory, MemoryStorage } from "../../src/batonpass/web/widget/memory.js";
import { Reading } from "../../src/batonpass/web/widget/reading.js";
import { chosenLocale, fileOf, SHIPPED, Words } from "../../src/batonpass/web/widget/words.js";

const file = (locale) => JSON.parse(readFileSync(new URL(`../../src/batonpass/web/locales/${locale}.json`, import.meta.url), "utf8"));
const texts = (word) => (typeof word === "string" ? [word] : Object.values(word));
const holes = (text) => [...text.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => name).sort();

test("every language has every word, with the same names to fill in", () => {
  const english = file("en");
  for (const locale of SHIPPED) {
    const words = file(locale);
    assert.deepEqual(Object.keys(words).sort(), Object.keys(english).sort(), locale);
    for (const [key, word] of Object.entries(words)) {
      const most = texts(word).map(holes).sort((a, b) => b.length - a.length)[0];
      assert.deepEqual(most, holes(texts(english[key]).at(-1)), `${locale}: ${key}`);
    }
  }
});

test("words that depend on a number have what their language needs", () => {
  for (const locale of SHIPPED) {
    const words = new Words(locale, file(locale));
    const counted = Object.entries(words.words).filter(([, word]) => typeof word !== "string");
    assert.ok(counted.length > 2);
    for (const [key, word] of counted) {
      assert.ok(word.other, `${locale}: ${key}`);
      for (const count of [0, 1, 2, 5, 11, 100]) assert.ok(words.say(key, { count, name: "x" }).length > 3, `${locale}: ${key} ${count}`);
    }
  }
  assert.equal(new Words("en", file("en")).say("kept_count", { count: 1 }), "Keep writing; 1 message goes out when we are back.");
});

test("customers read neither of our words, and nobody shouts", () => {
  for (const words of Object.values(file("en")).flatMap(texts)) assert.doesNotMatch(words, /\b(agent|baton|stint|queue)s?\b|!/i);
  for (const words of Object.values(file("de")).flatMap(texts)) assert.doesNotMatch(words, /\b(Agent|Staffel|Warteschlange)|!/i);
});

test("the operator's words stand over ours, and a name with braces stays what it is", () => {
  const words = new Words("en", file("en"), { write: "Ask {us}", says: "{name} says:" });
  assert.equal(words.say("write"), "Ask {us}");
  assert.equal(words.say("says", { name: "{count}", count: 3 }), "{count} says:");
  assert.equal(words.say("send"), "Send");
  assert.equal(words.say("not a word"), "");
});

test("the language is the first wish that can be met", () => {
  assert.equal(chosenLocale([null, "", "fr-CA", "de-AT", "en"]), "de");
  assert.equal(chosenLocale(["fr-CA"], ["en", "fr"]), "fr");
  assert.equal(chosenLocale(["pt_BR"], ["en", "pt-BR"]), "pt-br");
  assert.equal(chosenLocale(["xx"], ["de", "en"]), "de", "else the operator's first");
  assert.deepEqual(["de-at", "ar", "fr"].map(fileOf), ["de", "ar", "en"]);
  assert.deepEqual(["ar", "de", "he-il"].map((locale) => new Words(locale, {}).dir), ["rtl", "ltr", "rtl"]);
});

test("waits are ranges, times are as people write them", () => {
  const words = new Words("en", file("en"));
  const waits = [{ low_s: 130, high_s: 230 }, { low_s: 0, high_s: 40 }, { low_s: 0, high_s: 110 }, { low_s: 180, high_s: 180 }, null];
  assert.deepEqual(waits.map((wait) => words.wait(wait)), ["2 to 4 min", "under 1 min", "1 to 2 min", "3 min", ""]);
  assert.deepEqual([1000, 125_000, 7_200_000, -5].map((ms) => words.spoken(ms)), ["1 second", "2 minutes", "2 hours", "0 seconds"]);
  assert.equal(new Words("de", file("de")).spoken(60_000), "1 Minute");
  const noon = new Date(2026, 10, 20, 12).getTime();
  assert.equal(words.day(noon - 3600_000, noon), "Today");
  assert.equal(words.day(noon - 13 * 3600_000, noon), "Yesterday");
  assert.match(words.day(noon - 90 * 3600_000, noon), /November/);
  assert.match(words.when(noon + 3600_000, noon), /^(1|13):00/);
  assert.match(words.when(noon + 20 * 3600_000, noon), /Saturday/);
  assert.deepEqual([900, 1_500_000].map((bytes) => words.size(bytes)), ["1 kB", "1.5 MB"]);
});

test("a refusal is said in the customer's language", () => {
  const english = new Words("en", file("en"));
  const german = new Words("de", file("de"));
  assert.equal(english.refusal({ code: "refused", message: "It is closed." }), "It is closed.");
  assert.equal(german.refusal({ code: "refused", message: "It is closed." }), german.say("error"));
  assert.equal(german.refusal({ code: "conversation_closed", message: "It is closed." }), "Dieser Chat ist beendet.");
  assert.equal(english.refusal(null), english.say("error"));
});

test("references are kept whole, and nothing is lost of a text", () => {
  const text = "It is 48-2019, or RL-77031-b; not well-known, not x-, not -5, not 2026-11-20-and-so-on-and-so-on";
  assert.deepEqual(references(text).filter((_, index) => index % 2), ["48-2019", "RL-77031-b"]);
  assert.equal(references(text).join(""), text);
});

const token = (claims) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;
const remembering = () => {
  const memory = new Memory(new MemoryStorage(), "https://chat.example.com");
  memory.save({ client_id: "a", order: 1 });
  memory.draft = "half a word";
  return memory;
};

test("another customer's chat is forgotten, the same one's is not", () => {
  const [ada, bob] = ["adä", "bob"].map((sub) => token({ iss: "shop", sub }));
  const memory = remembering();
  memory.session = { customer_id: "1", token: "t", identity: subjectOf(ada) };
  memory.chat = { conversation_id: "c" };
  assert.equal(settleIdentity(memory, token({ iss: "shop", sub: "adä", exp: 9 })), "same");
  assert.equal(memory.load().length, 1);
  assert.equal(settleIdentity(memory, bob), "changed");
  assert.deepEqual([memory.session, memory.chat, memory.draft, memory.load()], [null, null, "", []]);
});

test("a chat begun without a name is finished first; signing out forgets at once", () => {
  const ada = token({ iss: "shop", sub: "ada" });
  const memory = remembering();
  memory.session = { customer_id: "1", token: "t", identity: null };
  memory.chat = { conversation_id: "c" };
  assert.equal(settleIdentity(memory, ada), "later");
  assert.equal(memory.session.token, "t");
  assert.equal(settleIdentity(memory, ada, { between: true }), "changed");
  memory.session = { customer_id: "2", token: "u", identity: subjectOf(ada) };
  memory.chat = { conversation_id: "d" };
  assert.equal(settleIdentity(memory, null), "changed");
  assert.equal(memory.session, null);
  assert.equal(settleIdentity(memory, null), "same");
  assert.deepEqual(["", "a.b.c", token({ sub: "x" }), null].map(subjectOf), [null, null, null, null]);
});

test("what is read in one tab is read in all, and here after a reload", () => {
  const storage = new MemoryStorage();
  const [one, other] = [1, 2].map(() => new Reading({ memory: new Memory(storage, "https://chat.example.com"), send() {} }));
  for (const reading of [one, other]) {
    reading.reset("c", { read: 1 });
    reading.came(1, true);
    reading.came(2, false);
    reading.came(3, true);
  }
  assert.deepEqual([one.unread, other.unread], [1, 1]);
  assert.equal(one.see(), true);
  assert.equal(one.see(), false);
  other.follow();
  assert.deepEqual([one.unread, other.unread], [0, 0]);
  other.reset("c");
  other.came(3, true);
  assert.equal(other.unread, 0);
  other.reset("another chat");
  other.came(3, true);
  assert.equal(other.unread, 1);
  one.stop();
  other.stop();
});

/** A chat on a line that answers as told, and says what it was asked. */
async function onLine(memory, answer) {
  const line = { asked: [], said: [] };
  const emit = (name, payload, done) => {
    line.asked.push(name);
    if (payload.content) line.said.push(payload.content.text);
    done(null, answer(name, line));
  };
  const io = () => ({ active: true, on() {}, onAny: (callback) => (line.push = callback), disconnect() {}, timeout: () => ({ emit }) });
  const fetch = async () => ({ ok: true, json: async () => ({ customer_id: "2", token: "u" }) });
  const quiet = { words: { refusal: ({ message }) => message }, about: () => ({}), changed() {}, tell() {} };
  line.chat = new Chat({ io, fetch, server: "https://chat.example.com", memory, ...quiet });
  line.begin = async (conversations = []) => {
    await settled();
    line.push("session.snapshot", { data: { conversations } });
    await settled();
  };
  await line.chat.open();
  return line;
}

const settled = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};

test("a start that was refused for now is asked again on the same line", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const busy = { code: "store_unavailable", message: "Busy.", retryable: true };
  const memory = new Memory(new MemoryStorage(), "https://chat.example.com");
  memory.session = { customer_id: "1", token: "t", identity: null };
  const line = await onLine(memory, (name, { asked }) => {
    if (name !== "conversation.start") return { ok: true };
    return asked.length > 1 ? { ok: true, conversation_id: "c", head: 0 } : { ok: false, error: busy };
  });
  line.chat.say("hello");
  await line.begin();
  assert.deepEqual([line.asked, line.chat.conversationId], [["conversation.start"], null]);
  context.mock.timers.tick(2_000);
  await settled();
  assert.deepEqual([line.asked, line.chat.conversationId], [["conversation.start", "conversation.start", "message.send"], "c"]);
});

test("what was written before a reload and is refused then stays to be read", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const memory = new Memory(new MemoryStorage(), "https://chat.example.com");
  memory.session = { customer_id: "1", token: "t", identity: null };
  memory.chat = { start_id: "s", conversation_id: "c" };
  memory.save({ client_id: "a", order: 1, kind: "message", content: { type: "text", text: "my order is 77" } });
  const over = { code: "conversation_closed", message: "It has ended.", retryable: false };
  const line = await onLine(memory, (name) => (name === "message.send" ? { ok: false, error: over } : { ok: true, head: 0, upto: 0, more: false }));
  await line.begin();
  assert.deepEqual(line.said, ["my order is 77"]);
  assert.deepEqual(line.chat.failed.map(({ content, message }) => [content.text, message]), [["my order is 77", "It has ended."]]);
  assert.deepEqual(memory.load(), []);
});

test("nobody says what somebody else has not sent", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const [ada, bob] = ["ada", "bob"].map((sub) => token({ iss: "shop", sub }));
  for (const [whose, said] of [[subjectOf(ada), []], [null, ["my card is 4711"]]]) {
    const memory = new Memory(new MemoryStorage(), "https://chat.example.com");
    memory.session = { customer_id: "1", token: "t", identity: whose };
    const line = await onLine(memory, (name) => (name === "conversation.start" ? { ok: true, conversation_id: "c", head: 0 } : { ok: true }));
    line.chat.say("my card is 4711");
    line.chat.identify(bob);
    await line.begin();
    assert.equal(memory.session.customer_id, "2");
    assert.deepEqual(line.said, said, whose ?? "one who had no name yet is the one who signs in");
  }
});
