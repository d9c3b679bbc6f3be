// Keys of the desk: physical keys, so a layout does not move them, and never with AltGr. `/` and `?` go by their sign,
// outside fields only. Everyone may bind them anew for this browser. Pure.

/** What each action is bound to at first. */
export const KEYS = {
  accept: "Alt+KeyA",
  decline: "Alt+Shift+KeyA",
  next: "Alt+KeyJ",
  previous: "Alt+KeyK",
  longest: "Alt+KeyU",
  reply: "Alt+KeyL",
  note: "Alt+KeyP",
  transfer: "Alt+KeyT",
  handBack: "Alt+KeyB",
  hold: "Alt+KeyH",
  resolve: "Alt+KeyE",
  details: "Alt+KeyI",
  search: "/",
  help: "?",
};

/** The action of a key event, or null. `inField`: the focus is where one writes. */
export function action(event, { keys = KEYS, inField = false } = {}) {
  const pressed = combination(event);
  if (!pressed || (inField && !pressed.includes("+"))) return null;
  return Object.keys(keys).find((name) => keys[name] === pressed) ?? null;
}

/** A key event as it is bound: `Alt+Shift+KeyA`, or a sign such as `/`; null for what cannot be bound. */
export function combination(event) {
  if (event.isComposing || event.metaKey || event.getModifierState?.("AltGraph")) return null;
  if (!event.altKey && !event.ctrlKey) return event.key === "/" || event.key === "?" ? event.key : null;
  if (event.ctrlKey || MODIFIER.test(event.code) || !event.code) return null; // Ctrl belongs to the browser
  return `Alt+${event.shiftKey ? "Shift+" : ""}${event.code}`;
}

const MODIFIER = /^(Alt|Shift|Control|Meta|OS)/;

/** A binding as people read it: `Alt A`, `Alt Shift 1`, `/`. */
export function spelled(binding) {
  return binding.replace(/\+/g, " ").replace(/\b(Key|Digit|Arrow|Numpad)(?=\w)/g, "");
}

/** What was bound anew, over what is bound at first; what is of no use is left out. */
export function bindings(kept) {
  const own = Object.entries(kept ?? {}).filter(([name, binding]) => name in KEYS && typeof binding === "string" && binding);
  return { ...KEYS, ...Object.fromEntries(own) };
}
