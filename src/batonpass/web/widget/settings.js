// What the operator has set for the widget: `GET /api/v1/widget`. A copy from the page before is drawn at once, so that
// no colour jumps; what has changed meanwhile comes in its place.

import { chosenLocale, SHIPPED } from "./words.js";

const NOTHING = {
  theme: "auto",
  position: "right",
  launcher: { hidden: false, side: 28, bottom: 28 },
  locales: SHIPPED,
  words: {},
  features: { attachments: false, transcript: true, end: true, contact: true },
  files: null,
};

/** The operator's settings, with our defaults where the server did not answer. */
export function completed(said) {
  return { ...NOTHING, ...said };
}

/**
 * Ask the server. Returns what is known now (a copy, or null) and a promise of what it is: settings, or null when the
 * server has none to give. `settings.locale` is the language for these wishes, and `words` are the operator's for it.
 *
 * @param {string} server  its origin
 * @param {string[]} wishes  languages, the dearest first
 * @param {import("./memory.js").Memory} memory
 */
export function asked(server, wishes, memory) {
  const wish = wishes.find(Boolean) ?? "en";
  const copy = memory.settings;
  const fresh = fetched(server, wish)
    .then(async (settings) => {
      const locale = chosenLocale(wishes, settings.locales);
      const speaks = `${wish}-`.toLowerCase().startsWith(`${locale}-`);
      const { words } = speaks ? settings : await fetched(server, locale);
      const whole = { ...settings, words, locale };
      memory.settings = { wish, settings: whole };
      return completed(whole);
    })
    .catch(() => null);
  return { known: copy?.wish === wish ? completed(copy.settings) : null, fresh };
}

async function fetched(server, locale) {
  const response = await fetch(`${server}/api/v1/widget?locale=${encodeURIComponent(locale)}`);
  if (!response.ok) throw new Error(`no settings: ${response.status}`);
  return response.json();
}
