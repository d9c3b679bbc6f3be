// Changes of a document as merge patches (RFC 7396). Pure.

/** `{a: {b: value}}` for the path `["a", "b"]`. */
export function nested(path, value) {
  return path.reduceRight((inner, key) => ({ [key]: inner }), value);
}

/** A merge patch (RFC 7396) that turns `before` into `after`: what is gone becomes null. */
export function replacing(before, after) {
  if (!isTable(before) || !isTable(after)) return after;
  const patch = {};
  for (const key of Object.keys(before)) if (!(key in after)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    if (JSON.stringify(before[key]) !== JSON.stringify(value)) patch[key] = replacing(before[key], value);
  }
  return patch;
}

function isTable(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
