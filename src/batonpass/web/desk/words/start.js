// Words of the page without a chat: what to do next.

export const START = {
  offered: (name) => `${name} is offered to you`,
  offeredWhy: "Read the card on the left, and accept or decline.",
  waits: (name, time) => `${name} has waited ${time} for your reply`,
  waitsWhy: "Nobody of your chats waits longer.",
  open: "Open",
  away: "You are away",
  awayWhy: "Nothing is offered to you until you come back.",
  available: "Set available",
  queue: (chats) => `${chats} waiting in your queues`,
  queueWhy: "The next one is offered to you when it is your turn. You may also pick one up.",
  showQueue: "Show the queue",
  calm: "Everybody has an answer",
  calmWhy: "Your chats wait for their customers.",
  openFirst: "Open the first",
  nothing: "Nothing waits for you",
  rings: "The next offer rings on the left.",
  ringsFree: (slots) => `The next offer rings on the left. You have ${slots}.`,
  keys: ["Press ", " for all keys."],
};
