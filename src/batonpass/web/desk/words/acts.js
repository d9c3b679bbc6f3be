// What was done, in words: toasts are for done things only.

export const DONE = {
  left: "Left",
  resolved: "Resolved",
  held: "On hold. Your slot is free",
  handedBack: "Handed back",
  wrappedUp: "Wrap-up finished",
};
