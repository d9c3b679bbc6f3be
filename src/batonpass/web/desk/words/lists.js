// Words of the lists.

export const LISTS = {
  hold: (holder, me) => (!holder ? "Nobody holds it" : holder.agent_id === me ? "You hold it" : `${holder.name} holds it`),
  emptyTitle: "You have no chats now",
  emptyAway: "You are away. Set yourself available, and the next offer rings here.",
  emptyFree: (slots) => `The next offer rings here. You have ${slots} free.`,
  full: (slots) => `No offers: all ${slots} of your slots are used. The next one comes as soon as a slot is free.`,
  parked: { title: "On hold", resume: "Resume", by: (name, time) => `${name}, ${time}` },
  waits: { title: "Waiting", pickUp: "Pick up", none: "Nobody waits.", offered: (name) => `offered to ${name}` },
};
