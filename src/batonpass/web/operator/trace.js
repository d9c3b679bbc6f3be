// The trace of a decision as steps and a sentence: who was left after each step, and by what the winner won. Pure.

const STEPS = [
  ["sought", ["not_sought"]],
  ["outside", ["in_conversation"]],
  ["hours", ["closed"]],
  ["there", ["unreachable", "away"]],
  ["slot", ["full", "queue_full"]],
  ["skills", ["skills"]],
  ["excluded", ["declined", "missed", "lost", "passed_on"]],
];

const TITLES = {
  sought: { representative: "People, as the hand-off seeks", bot: "Bots, as the hand-off seeks", any: "Bots and people" },
  outside: "Not in this chat already",
  hours: "Within opening hours",
  there: "Reachable and accepting",
  slot: "A free slot",
  skills: (skills) => (skills?.length ? `Skill ${skills.join(", ")}` : "The skills asked for"),
  excluded: "Not excluded",
};

const REMOVED = {
  not_sought: (count, seeks) => (seeks === "bot" ? several(count, "person", "people") : several(count, "bot")) + " set aside",
  in_conversation: (count) => `${count} in it already`,
  closed: (count) => `${count} off duty`,
  unreachable: (count) => `${count} offline`,
  away: (count) => `${count} away`,
  full: (count) => `${count} full`,
  queue_full: (count) => `${count} with enough of this queue`,
  skills: (count) => `${count} without it`,
  declined: (count) => `${count} declined`,
  missed: (count) => `${count} missed it`,
  lost: (count) => `${count} lost it`,
  passed_on: (count) => `${count} passed it on before`,
};

const NOTHING = { sought: "Nobody set aside", excluded: "Nobody declined or passed it on", there: "All of them", slot: "All have one" };

/**
 * The steps of a decision: `[{title, about, left, share, names}]`; the first is all members, `share` is of them. Null
 * when the decision was made by hand or names nobody that was left out, so that there are no steps to show.
 */
export function steps(why, { queue = "the queue", seeks = "any", skills = [], target = "" } = {}) {
  if (!why || (why.left === undefined || why.left === null) && !Object.keys(why.removed ?? {}).length) return null;
  const removed = why.removed ?? {};
  const all = (why.left ?? (why.winner ? 1 : 0)) + Object.values(removed).reduce((sum, count) => sum + count, 0);
  const named = target.startsWith("agent:") && all === 1;
  const found = [{ title: named ? "Asked by name" : `Members of ${queue}`, about: several(all, "agent"), left: all, share: all ? 1 : 0, names: [] }];
  let left = all;
  for (const [key, reasons] of STEPS) {
    const here = reasons.filter((reason) => removed[reason]);
    const always = (key === "sought" && seeks !== "any") || key === "there" || key === "slot" || key === "excluded";
    if (!here.length && !always) continue;
    left -= here.reduce((sum, reason) => sum + removed[reason], 0);
    const title = key === "sought" ? TITLES.sought[seeks] ?? TITLES.sought.any : key === "skills" ? TITLES.skills(skills) : TITLES[key];
    const about = here.map((reason) => REMOVED[reason](removed[reason], seeks)).join(", ") || NOTHING[key];
    found.push({ title, about, left, share: all ? left / all : 0, names: here.flatMap((reason) => why.names?.[reason] ?? []) });
  }
  return found;
}

const BY = {
  "only one": "was the only one left",
  "capacity priority": "stands highest on the ladder",
  "free capacity": "had the most free slots among equals",
  "longest idle": "had a free slot and was idle longest among equals",
  "least active": "had the fewest chats",
  "in turn": "was next in turn",
  id: "came first of equals",
  supervisor: "was chosen by a supervisor",
  "earliest helper": "was the earliest helper",
};

/** One sentence: who, and by what. */
export function sentence(why) {
  if (!why) return "No decision has been made yet.";
  const flags = why.flags ?? [];
  const restarted = flags.includes("ladder_restarted") ? " Everybody had passed it on, so the ladder began anew." : "";
  if (!why.winner) return `Nobody can take it now; it waits.${restarted}`;
  if (flags.includes("by_hand")) return `${why.winner} picked it up by hand.`;
  if (flags.includes("over_capacity")) return `${why.winner} was chosen by a supervisor, above capacity.`;
  return `${why.winner} ${BY[why.key] ?? `was chosen by ${why.key}`}.${restarted}`;
}

/** Those who were left, in the order of the strategy, with what they are compared by. */
export function order(members, now) {
  const left = members.filter((member) => !member.removed);
  const free = ({ capacity, slots_used: used }) => (capacity == null ? Infinity : capacity - used);
  return left
    .map((member) => ({ id: member.agent.id, agent: member.agent, priority: member.capacity_priority, free: free(member), idle: member.idle_since ? now - Date.parse(member.idle_since) : null }))
    .sort((a, b) => b.priority - a.priority || b.free - a.free || (b.idle ?? 0) - (a.idle ?? 0) || (a.id < b.id ? -1 : 1));
}

function several(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}
