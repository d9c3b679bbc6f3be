// What the finder finds: queues, agents, live chats. Pure of the DOM.

import { STATUSES, customer } from "./said.js";

const MOST = 8;

/** Hits as `{name, about, to}`, those that begin with the words first. */
export function found(text, { floor }) {
  const words = text.trim().toLowerCase();
  const queues = floor.queues.value.map((queue) => ({ name: queue.name, about: `Queue, ${queue.waiting} waiting`, to: `#/queues/${encodeURIComponent(queue.queue_id)}`, more: queue.queue_id }));
  const members = new Map(floor.queues.value.flatMap((queue) => queue.members.map(({ agent }) => [agent.id, agent])));
  const agents = [...members.values()].map((agent) => ({ name: agent.name, about: agent.kind === "bot" ? "Bot" : "Representative", to: `#/agents/${encodeURIComponent(agent.id)}`, more: agent.id }));
  const chats = floor.conversations.value.map((one) => ({ name: customer(one), about: `Chat, ${STATUSES[one.status].toLowerCase()}${one.holder ? `, ${one.holder.name}` : ""}`, to: `#/conversations/${one.conversation_id}`, more: one.conversation_id }));
  return [...queues, ...agents, ...chats]
    .filter(({ name, more }) => `${name} ${more}`.toLowerCase().includes(words))
    .sort((a, b) => Number(b.name.toLowerCase().startsWith(words)) - Number(a.name.toLowerCase().startsWith(words)))
    .slice(0, MOST);
}
