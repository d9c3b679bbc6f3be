// Days and sizes as agents read them. Pure; the clock comes in as an argument.

import { plural } from "../format.js";

const DAY = 86_400_000;

/** Bytes as people say them: `640 bytes`, `12 kB`, `3.4 MB`. */
export function fileSize(bytes) {
  if (bytes < 1000) return plural(bytes, "byte");
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * The day of a line where it is not that of the line before, else "". Times are RFC 3339; `now` in milliseconds. The first line
 * of all says its day only when it is not today's.
 */
export function dayWords(at, before, now, timeZone = undefined) {
  const day = dayOf(at, timeZone);
  const today = dayOf(now, timeZone);
  if (before ? dayOf(before, timeZone) === day : day === today) return "";
  if (day === today) return "Today";
  if (day === dayOf(now - DAY, timeZone)) return "Yesterday";
  const shape = { weekday: "long", day: "numeric", month: "long", timeZone };
  if (day.slice(0, 4) !== today.slice(0, 4)) shape.year = "numeric";
  return new Intl.DateTimeFormat("en-GB", shape).format(new Date(at));
}

const dayShapes = new Map();

function dayOf(at, timeZone) {
  if (!dayShapes.has(timeZone)) dayShapes.set(timeZone, new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone }));
  return dayShapes.get(timeZone).format(new Date(at));
}
