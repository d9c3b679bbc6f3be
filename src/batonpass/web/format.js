// Times, waits and names as people read them. Pure; the clock comes in as an argument.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds as `0:48`, `12:05` or, from an hour on, `2 h`. */
export function duration(ms) {
  const whole = Math.max(0, Math.floor(ms / SECOND));
  if (whole * SECOND >= HOUR) return `${Math.floor((whole * SECOND) / HOUR)} h`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Milliseconds for an accessible name: `6 minutes`, `1 second`. */
export function spoken(ms) {
  const steps = [["hour", HOUR], ["minute", MINUTE], ["second", SECOND]];
  const [unit, size] = steps.find(([, length]) => ms >= length) ?? steps[2];
  const count = Math.max(0, Math.floor(ms / size));
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** What is left of a countdown: `21 s`, never under 0; from 100 seconds on `9:59`. */
export function countdown(ms) {
  if (ms >= 100 * SECOND) return duration(ms);
  return `${Math.max(0, Math.ceil(ms / SECOND))} s`;
}

/** The hour and minute of an RFC 3339 time, in the reader's zone. */
export function hourMinute(at, locale = undefined, timeZone = undefined) {
  const key = `${locale} ${timeZone}`;
  // Making a format is dear, and a long timeline asks often.
  if (!hourShapes.has(key)) hourShapes.set(key, new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }));
  return hourShapes.get(key).format(new Date(at));
}

const hourShapes = new Map();

/** When something was, as a list says it: the time today, the day before. `now` in ms. */
export function dayOrTime(at, now, locale = undefined, timeZone = undefined) {
  const day = (time) => new Intl.DateTimeFormat(locale, { year: "numeric", month: "numeric", day: "numeric", timeZone }).format(time);
  const then = new Date(at);
  if (day(then) === day(new Date(now))) return hourMinute(at, locale, timeZone);
  const far = now - then.getTime() > 300 * 24 * HOUR;
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: far ? "numeric" : undefined, timeZone }).format(then);
}

/** A wait `{low_s, high_s}` as a range of minutes: `2 to 4 min`, `under 1 min`, `about 3 min`. Empty when unknown. */
export function waitRange(wait, unit = "min") {
  if (!wait) return "";
  const low = Math.floor(wait.low_s / 60);
  const high = Math.ceil(wait.high_s / 60);
  if (high <= 1) return `under 1 ${unit === "min" ? unit : "minute"}`;
  return low === high ? `${high} ${unit}` : `${Math.max(low, 1)} to ${high} ${unit}`;
}

/** Two signs that stand for a name: `R4` for "Representative 4", `12` for "Representative 12", `AB` for "Anna Berg". */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (!words.length) return "?";
  const last = words[words.length - 1];
  if (words.length > 1 && /^\d{2,}$/.test(last)) return last.slice(-2);
  const signs = words.length > 1 ? [words[0], last] : [words[0]];
  return signs.map((word) => [...word][0].toUpperCase()).join("");
}

/** A public name short enough for a part of the baton: "Representative 4" is "Rep. 4". */
export function shortName(name) {
  return name.replace(/^Representative (?=\S)/, "Rep. ");
}

/** `1 slot`, `2 slots`. */
export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}
