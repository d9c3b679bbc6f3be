// The capacity ladder as values: the order, what was moved, and the members' table that would be saved. Pure.

/** Rows in order, the highest priority first; `was` is the priority in force where the draft has another one. */
export function ladderRows(members, draft = {}) {
  return members
    .map((member, index) => ({ member, index, id: member.agent.id, priority: draft[member.agent.id] ?? member.capacity_priority }))
    .map((row) => ({ ...row, was: row.priority === row.member.capacity_priority ? null : row.member.capacity_priority }))
    .sort((a, b) => b.priority - a.priority || a.index - b.index);
}

/**
 * Move an agent to a place, 0 for the top. Returns the draft with as few new priorities as the order needs: one between
 * its new neighbours where there is room, else those above rise.
 */
export function move(members, draft, id, to) {
  const rows = ladderRows(members, draft);
  const from = rows.findIndex((row) => row.id === id);
  const place = Math.max(0, Math.min(rows.length - 1, to));
  if (from < 0 || from === place) return draft;
  const [moved] = rows.splice(from, 1);
  const above = rows[place - 1]?.priority ?? null;
  const below = rows[place]?.priority ?? null;
  rows.splice(place, 0, moved);
  const next = { ...draft, [id]: between(above, below) };
  if (above !== null && below !== null && above - below < 2) {
    next[id] = below + 1;
    let need = next[id] + 1;
    rows.slice(0, place).reverse().forEach((row, index, rising) => {
      const now = Math.max(row.priority, need);
      if (now !== row.priority) next[row.id] = now;
      // Who was strictly higher stays so.
      need = now + (rising[index + 1]?.priority > row.priority ? 1 : 0);
    });
  }
  return settled(members, next);
}

function between(above, below) {
  if (above === null) return below + 10;
  if (below === null) return above - 10;
  const middle = Math.floor((above + below) / 2);
  const round = Math.round(middle / 10) * 10;
  return round > below && round < above ? round : middle;
}

/** One priority by hand. Anything but a whole number changes nothing. */
export function set(members, draft, id, text) {
  const value = Number(text);
  if (String(text).trim() === "" || !Number.isInteger(value) || Math.abs(value) > 1_000_000) return draft;
  return settled(members, { ...draft, [id]: value });
}

/** A draft without what is as it stands. */
export function settled(members, draft) {
  const now = new Map(members.map((member) => [member.agent.id, member.capacity_priority]));
  return Object.fromEntries(Object.entries(draft).filter(([id, value]) => now.has(id) && now.get(id) !== value));
}

/** The queue's `members` with the draft's priorities, as the configuration has them. */
export function membersTable(configured, draft) {
  return configured.map((member) => (member.agent in draft ? { ...member, capacity_priority: draft[member.agent] } : member));
}

/**
 * How a member stands: `{shape, word, until?}`; `shape` is disc (takes chats), ring (cannot take one now), triangle
 * (away) or cross (offline).
 */
export function standing(member) {
  const { agent, presence, reachable, slots_used: used, capacity } = member;
  if (!reachable) return { shape: "cross", word: "Offline" };
  if (agent.kind === "bot") {
    if (capacity != null && used >= capacity) return { shape: "ring", word: "Full" };
    return { shape: "disc", word: member.live ? "Answering" : "Ready" };
  }
  if (member.offered) return { shape: "ring", word: "Offered", until: member.offered_until ?? null };
  if (presence === "missed") return { shape: "triangle", word: "Away, missed one" };
  if (presence !== "available") return { shape: "triangle", word: "Away" };
  if (capacity != null && used >= capacity) return { shape: "ring", word: "Full" };
  return { shape: "disc", word: "Available" };
}

/** The slots as marks: used, half (after-work), offered, free; null where there is no limit or too many to draw. */
export function slotMarks(member, most = 12) {
  const { capacity, slots_used: used, wrap_up: wrap = 0, offered = 0 } = member;
  if (capacity == null || Math.max(capacity, used) > most) return null;
  const busy = Math.max(0, used - wrap - offered);
  const marks = [...Array(busy).fill("used"), ...Array(wrap).fill("half"), ...Array(offered).fill("offered")];
  while (marks.length < capacity) marks.push("free");
  return marks;
}

/** The figures of a queue's head. */
export function figures(queue) {
  const people = queue.members.filter(({ agent }) => agent.kind !== "bot");
  const bots = queue.members.filter(({ agent }) => agent.kind === "bot");
  const there = people.filter(({ reachable, presence }) => reachable && presence === "available");
  const sum = (list, value) => list.reduce((total, one) => total + (value(one) ?? 0), 0);
  return {
    slots: sum(there, (one) => one.capacity),
    free: sum(there, (one) => Math.max(0, (one.capacity ?? 0) - one.slots_used)),
    available: there.length,
    botsHold: sum(bots, (one) => one.here),
    botsThere: bots.filter(({ reachable }) => reachable).length,
    peopleHold: sum(people, (one) => one.here),
    wrapUp: sum(people, (one) => one.wrap_up),
  };
}
