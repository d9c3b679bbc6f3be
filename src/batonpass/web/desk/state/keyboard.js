// The keys as this browser has them bound.

import { signal } from "@preact/signals";
import { KEYS, bindings, spelled } from "../keys.js";

const PLACE = "batonpass:keys";

export class Keyboard {
  constructor(browser) {
    this.browser = browser;
    this.keys = signal(bindings(read(browser)));
  }

  /** How the key of an action is written: `Alt A`. */
  spelled(action) {
    return spelled(this.keys.value[action]);
  }

  /** Whose key this is, or null. */
  owner(binding) {
    return Object.keys(this.keys.value).find((name) => this.keys.value[name] === binding) ?? null;
  }

  bind(action, binding) {
    this.#keep({ ...this.keys.value, [action]: binding });
  }

  reset() {
    this.#keep({ ...KEYS });
  }

  #keep(keys) {
    this.keys.value = keys;
    const own = Object.entries(keys).filter(([name, binding]) => binding !== KEYS[name]);
    if (own.length) this.browser.setItem(PLACE, JSON.stringify(Object.fromEntries(own)));
    else this.browser.removeItem(PLACE);
  }
}

function read(browser) {
  try {
    return JSON.parse(browser.getItem(PLACE));
  } catch {
    return null;
  }
}
