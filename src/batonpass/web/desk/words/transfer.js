// Words of the dialog that asks for somebody.

export const TRANSFER = {
  title: {
    transfer: (customer) => `Transfer ${customer}`,
    invitation: (customer) => `Invite somebody to ${customer}`,
    consultation: (customer) => `Ask for advice on ${customer}`,
  },
  search: { transfer: "Search people, queues, bots", invitation: "Search people and queues", consultation: "Search people, queues, bots" },
  found: (count) => `${count} found`,
  targets: "Whom to ask",
  show: "Show",
  nobody: "Nobody of this name.",
  nobodyWhy: "Look for a name, a queue or a skill, or choose another tab.",
  loading: "Looking who is there",
  when: "When do you leave?",
  note: "Note",
  teamOnly: "Team only",
  count: (now, most) => `${now.toLocaleString("en")} of ${most.toLocaleString("en")}`,
  summary: "Summary they get",
  none: "No summary could be made. What you write here is given instead.",
  edited: "Edited by you",
  showOriginal: "Show original",
  showEdited: "Show yours",
  fields: { reason: "Reason", issue: "Issue", tried: "Tried", next: "Next" },
  removeFact: (name) => `Leave out ${name}`,
  also: (count) => (count ? `They also get the context (${count === 1 ? "1 value" : `${count} values`}) and the whole transcript.` : "They also get the whole transcript."),
  cancel: "Cancel",
  goOn: "Continue",
  backToTargets: "Back to whom to ask",
  stillYours: "You still hold the baton.",
  chooseFirst: "Not passed: choose whom to ask first. You still hold the baton.",
  done: (chosen, answer) => {
    if (chosen.ask === "hand_back") return `Passed to ${chosen.name}`;
    if (chosen.ask === "invitation") return `${chosen.name} was asked to join`;
    if (chosen.ask === "consultation") return `${chosen.name} was asked for advice`;
    if (answer?.state === "offered" || answer?.type === "offered") return `Offered to ${chosen.name}`;
    return `Asked ${chosen.name}`;
  },
};
