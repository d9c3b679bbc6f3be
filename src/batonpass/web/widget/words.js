// What the widget says on its own account, in the customer's language: a locale's file, and the operator's words over
// it. Pure. What the server says (notices) is shown as it came; it is in the chat's language already.

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);
const PLACEHOLDER = /\{([a-z_]+)\}/g;

/** The locales that have a file of their own, see `locales/`. */
export const SHIPPED = ["en", "de", "ar"];

/** The first wish that can be met: `de-AT` is met by `de`. Where none can be, the first of those there are. */
export function chosenLocale(wishes, known = SHIPPED) {
  const locales = known.map((one) => one.toLowerCase());
  for (const wish of wishes) {
    const parts = (wish ?? "").toLowerCase().replaceAll("_", "-").split("-");
    for (let length = parts.length; length > 0; length -= 1) {
      const locale = parts.slice(0, length).join("-");
      if (locales.includes(locale)) return locale;
    }
  }
  return locales[0] ?? "en";
}

/** The file that has the words of a locale; another language of the operator's stands on the English one. */
export function fileOf(locale) {
  const language = locale.split("-")[0];
  return SHIPPED.includes(language) ? language : "en";
}

export class Words {
  /**
   * @param {string} locale
   * @param {Record<string, string | Record<string, string>>} file  by key; words that depend on `{count}` by plural
   * @param {Record<string, string>} [own]  the operator's
   */
  constructor(locale, file, own = {}) {
    this.locale = locale;
    this.dir = RIGHT_TO_LEFT.has(locale.split("-")[0]) ? "rtl" : "ltr";
    this.words = { ...file, ...own };
    // Times as they are written where the customer is: 14:02 in London, 2:02 PM in New York. Digits as in our words.
    const region = (globalThis.navigator?.languages ?? []).find((one) => one.toLowerCase().startsWith(`${locale.split("-")[0]}-`));
    this.region = `${region ?? locale}-u-nu-latn`;
    this.plurals = new Intl.PluralRules(locale);
  }

  has(key) {
    return key in this.words;
  }

  /** The words of a key, with `{name}` filled in. A name with braces in it stays what it is. */
  say(key, values = {}) {
    const found = this.words[key] ?? "";
    const text = typeof found === "string" ? found : (found[this.plurals.select(values.count)] ?? found.other);
    return text.replace(PLACEHOLDER, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  /** A wait `{low_s, high_s}` as a range of minutes; empty when unknown. */
  wait(wait) {
    if (!wait) return "";
    const low = Math.max(1, Math.floor(wait.low_s / 60));
    const high = Math.ceil(wait.high_s / 60);
    if (high <= 1) return this.say("wait_under");
    return this.say(low === high ? "wait_one" : "wait_range", { low, high });
  }

  /** Milliseconds in words: "3 minutes". */
  spoken(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const [unit, size] = [["hour", 3600], ["minute", 60]].find(([, length]) => seconds >= length) ?? ["second", 1];
    return new Intl.NumberFormat(this.region, { style: "unit", unit, unitDisplay: "long" }).format(Math.floor(seconds / size));
  }

  /** Bytes as people read them. */
  size(bytes) {
    const [unit, divisor] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
    const shape = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: bytes < 1e6 ? 0 : 1 };
    return new Intl.NumberFormat(this.region, shape).format(bytes < 1e6 ? Math.ceil(bytes / divisor) : bytes / divisor);
  }

  /** The hour and minute of a time, in the reader's zone. */
  time(at) {
    return new Intl.DateTimeFormat(this.region, { hour: "numeric", minute: "2-digit" }).format(new Date(at));
  }

  /** "Today", "Yesterday", or the date. */
  day(at, now = Date.now()) {
    const ago = Math.round((midnight(now) - midnight(at)) / 86_400_000);
    if (ago === 0) return this.say("today");
    if (ago === 1) return this.say("yesterday");
    return new Intl.DateTimeFormat(this.region, { day: "numeric", month: "long" }).format(new Date(at));
  }

  /** When somebody is back: the weekday where it is not today, and the time. */
  when(at, now = Date.now()) {
    const far = midnight(at) !== midnight(now);
    const shape = { hour: "numeric", minute: "2-digit", ...(far ? { weekday: "long" } : {}) };
    return new Intl.DateTimeFormat(this.region, shape).format(new Date(at));
  }

  /** What went wrong: our words for it, else the server's in its own language. */
  refusal(error) {
    if (error?.code && this.has(`error_${error.code}`)) return this.say(`error_${error.code}`);
    return this.locale.startsWith("en") && error?.message ? error.message : this.say("error");
  }
}

function midnight(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}
