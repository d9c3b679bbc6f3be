// A customer with the stock socket.io-client: starts a chat, is cut off, resumes, and says what it read.
// usage: node customer.mjs URL TRANSPORTS; commands come on stdin, one JSON array a line; answers and news go to stdout.

import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, transports] = process.argv.slice(2);
const tell = (what, more = {}) => console.log(JSON.stringify({ what, ...more }));

const session = await fetch(`${url}/api/v1/customer-sessions`, { method: "POST" });
const { customer_id, token } = await session.json();
tell("session", { status: session.status, customer_id });

const socket = io(`${url}/customer`, { auth: { token }, transports: JSON.parse(transports), reconnectionDelay: 50, reconnectionDelayMax: 200 });
const call = (event, payload) => socket.timeout(10_000).emitWithAck(event, payload);

// What the protocol asks of a client: apply the next number only, keep later ones, read what is missing.
let conversation = null;
let applied = 0;
const held = new Map();
const lines = [];

function take(event, envelope) {
  if (envelope.public_seq === undefined || envelope.public_seq <= applied) return;
  held.set(envelope.public_seq, { event, envelope });
  for (let next = held.get(applied + 1); next; next = held.get(applied + 1)) {
    held.delete(++applied);
    lines.push({ number: applied, event: next.event, actor: next.envelope.actor, data: next.envelope.data });
    tell("line", lines.at(-1));
  }
}

async function read() {
  for (let more = true; more; ) {
    const page = await call("timeline.read", { conversation_id: conversation, after: applied });
    more = page.ok && page.more;
  }
}

socket.onAny((event, envelope) => take(event, envelope));
socket.on("session.snapshot", ({ data }) => {
  tell("snapshot", { conversations: data.conversations });
  const found = data.conversations.find((one) => one.conversation_id === conversation);
  if (found && found.head > applied) read();
});
socket.on("disconnect", (reason) => tell("disconnect", { reason }));
socket.on("connect_error", (error) => tell("connect_error", { message: error.message }));

const commands = {
  async start() {
    const started = await call("conversation.start", { client_id: "start", context: { name: "Vera" } });
    conversation = started.conversation_id;
    return started;
  },
  say: (client_id, text) => call("message.send", { conversation_id: conversation, client_id, content: { type: "text", text } }),
  human: () => call("human.request", { conversation_id: conversation, client_id: "human" }),
  end: () => call("conversation.end", { conversation_id: conversation }),
  // The connection breaks below the protocol, without a goodbye; the client does not come back before `back`.
  async cut() {
    const lost = new Promise((done) => socket.once("disconnect", done));
    socket.io.reconnection(false);
    socket.io.engine.transport.ws.terminate();
    return { reason: await lost };
  },
  back() {
    socket.io.reconnection(true);
    socket.connect();
    return {};
  },
  lines: () => ({ lines }),
  quit: () => (socket.disconnect(), process.exit(0)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...rest] = JSON.parse(line);
  tell("done", { name, ...(await commands[name](...rest)) });
}
