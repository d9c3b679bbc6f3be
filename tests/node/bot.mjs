// A bot with the stock socket.io-client: greets each chat once, answers each turn, and passes on when asked to.
// usage: node bot.mjs URL KEY; news go to stdout, one JSON object a line.

import { io } from "socket.io-client";

const [url, key] = process.argv.slice(2);
const tell = (what, more = {}) => console.log(JSON.stringify({ what, ...more }));
const socket = io(`${url}/agent`, { auth: { token: key }, transports: ["websocket"], reconnectionDelay: 50, reconnectionDelayMax: 200 });
const call = (event, payload) => socket.timeout(10_000).emitWithAck(event, payload);
const chats = new Map(); // by stint: conversation_id and the text of each seq

const say = (chat, client_id, text) =>
  call("message.send", { conversation_id: chat.conversation_id, stint_id: chat.stint_id, client_id, content: { type: "text", text } });

socket.on("conversation.context", ({ conversation_id, data }) => {
  chats.set(data.stint_id, { conversation_id, stint_id: data.stint_id, texts: new Map() });
  tell("context", { order: "context", boundary: data.boundary_seq, variables: data.variables });
});
socket.on("conversation.greet", async ({ data }) => {
  tell("greet", { client_id: data.client_id });
  await call("stint.ready", { stint_id: data.stint_id });
  await say(chats.get(data.stint_id), data.client_id, "hello from node");
});
socket.on("message.created", ({ conversation_id, seq, actor, data }) => {
  if (actor.type !== "customer") return;
  for (const chat of chats.values()) if (chat.conversation_id === conversation_id) chat.texts.set(seq, data.content.text);
});
socket.on("turn.started", async ({ data: { turn } }) => {
  const chat = chats.get(turn.stint_id);
  const said = [];
  for (let seq = turn.from_seq; seq <= turn.to_seq; seq++) if (chat.texts.has(seq)) said.push(chat.texts.get(seq));
  const text = said.join(" ");
  tell("turn", { text });
  if (text.includes("person")) {
    const asked = { kind: "escalation", reason: "asked", note: "from node", client_id: `pass:${turn.turn_id}` };
    tell("passed", await call("handoff.request", { conversation_id: chat.conversation_id, stint_id: chat.stint_id, ...asked }));
    const late = await say(chat, `re:${turn.turn_id}:1`, "too late");
    tell("late", late.error);
  } else if (!text.includes("thanks")) {
    await say(chat, `re:${turn.turn_id}:1`, `node heard ${text}`);
  } else {
    await call("turn.done", { turn_id: turn.turn_id });
  }
});
socket.on("session.snapshot", ({ data }) => tell("snapshot", { agent: data.agent, presence: data.presence }));
socket.on("connect_error", (error) => tell("connect_error", { message: error.message, data: error.data }));
process.stdin.resume().on("end", () => process.exit(0));
