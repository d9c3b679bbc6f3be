// Words of the offer card.

export const OFFER = {
  title: "Offered to you",
  accept: "Accept",
  accepting: "Accepting",
  decline: "Decline",
  declining: "Declining",
  ended: {
    accepted: "Accepted.",
    declined: "Declined. It goes to the next on the ladder.",
    expired: "This offer ended: the time was over. You are set away; come back when you are ready.",
    withdrawn: "This offer ended: it is no longer needed.",
  },
  whyKey: {
    "only one": "the only one who could take it",
    "capacity priority": "first by capacity priority",
    "free capacity": "most free slots",
    "longest idle": "idle longest",
    "least active": "fewest chats",
    id: "first of equals",
  },
  whyRemoved: {
    not_sought: "set aside, not sought",
    in_conversation: "already in the chat",
    unreachable: "offline",
    away: "away",
    full: "full",
    skills: "without the skill",
    declined: "declined",
    missed: "missed it",
    lost: "lost it",
    passed_on: "passed it on before",
  },
};
