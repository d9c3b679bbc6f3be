// Words of what calls for a look.

export const ALERTS = {
  label: "Sound and notifications",
  sound: "Sound for offers",
  soundHint: "When one comes, and 10 seconds before it ends.",
  notify: "Notifications of the browser",
  notifyHint: "While this page is in the background.",
  ask: "The browser asks you whether it may.",
  denied: "The browser blocks them; allow them in its settings for this site.",
  unsupported: "This browser has none.",
  hear: "Play the sound",
  offers: (count) => (count === 1 ? "1 offer" : `${count} offers`),
  offered: (name) => `Offered to you: ${name}`,
  wrote: (name) => `${name} wrote`,
};
