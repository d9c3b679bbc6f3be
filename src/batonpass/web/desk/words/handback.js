// Words of the hand-back dialog.

export const HAND_BACK = {
  title: (customer) => `Hand ${customer} back to a bot`,
  where: "Where to?",
  usual: "Next bot",
  usualWhy: "As your operator set it for this queue.",
  previous: (name) => name,
  previousWhy: "It held this chat before you.",
  queue: "A queue",
  queueWhy: "A bot of that queue takes it.",
  queueName: "Queue",
  note: "Note",
  teamOnly: "For whoever takes over; the customer never sees it",
  told: "The bot answers at once and the customer is told who it is. You leave now and go to wrap-up.",
  go: "Hand back",
  cancel: "Cancel",
};
