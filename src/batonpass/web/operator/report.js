// Windows of time and figures of reports, as the charts want them. Pure.

const DAY = 86_400_000;

/** Midnight here, some days ago, in RFC 3339. */
export function midnight(ago = 0, now = Date.now()) {
  const date = new Date(now);
  date.setHours(0, 0, 0, 0);
  return new Date(date.getTime() - ago * DAY).toISOString();
}

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Reports that were asked for a moment ago are not asked for again: they are dear, and several parts want the same. */
export class Reports {
  constructor(rest, keepMs = 20_000, now = () => Date.now()) {
    Object.assign(this, { rest, keepMs, now });
    this.kept = new Map();
  }

  get(query) {
    const key = JSON.stringify(query);
    const known = this.kept.get(key);
    if (known && this.now() - known.at < this.keepMs) return known.answer;
    const answer = this.rest.get("/insights", query);
    this.kept.set(key, { at: this.now(), answer });
    answer.catch(() => this.kept.delete(key));
    return answer;
  }
}

/** The waits for a person as three rows of numbers: times in seconds, p50, p90. */
export function waits(groups) {
  const rows = groups.filter((group) => group.time).map((group) => [Date.parse(group.time) / 1000, group.waits?.person.p50_s ?? null, group.waits?.person.p90_s ?? null]);
  rows.sort((a, b) => a[0] - b[0]);
  return [0, 1, 2].map((column) => rows.map((row) => row[column]));
}

/** Seconds that bots, people and nobody held the baton, from the totals of a report. */
export function holding(group) {
  const sum = (spread) => (spread?.count ? spread.count * spread.mean_s : 0);
  const { handling, waits: waited } = group;
  return [
    { name: "Bots", kind: "bot", seconds: sum(handling?.bot) },
    { name: "People", kind: "person", seconds: sum(handling?.talking) },
    { name: "Nobody", kind: "alone", seconds: sum(waited?.person) + sum(waited?.bot) + sum(waited?.lost_after) },
  ];
}

/** Hand-offs by kind, the most frequent first: `[{kind, count}]`. */
export function byKind(counts) {
  const found = new Map();
  for (const { kind, count } of counts ?? []) found.set(kind, (found.get(kind) ?? 0) + count);
  return [...found].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}
