// Keys of the desk: physical keys, so a layout does not move them, and never with AltGr. Pure.

export const KEYS = {
  "Alt+KeyA": "accept",
  "Alt+Shift+KeyA": "decline",
  "Alt+KeyJ": "next",
  "Alt+KeyK": "previous",
  "Alt+KeyU": "longest",
  "Alt+KeyL": "reply",
  "Alt+KeyP": "note",
  "Alt+KeyT": "transfer",
  "Alt+KeyB": "handBack",
  "Alt+KeyH": "hold",
  "Alt+KeyE": "resolve",
  "Alt+KeyI": "details",
};

/** The action of a key event, or null. */
export function action(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return null;
  if (event.getModifierState?.("AltGraph")) return null;
  return KEYS[`Alt+${event.shiftKey ? "Shift+" : ""}${event.code}`] ?? null;
}
