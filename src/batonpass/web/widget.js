// The customer's widget: one line in a page,
//
//   <script type="module" src="https://chat.example.com/assets/widget.js" data-name="Sample Outdoor"></script>
//
// See docs/widget.md for the options, which stand on the script as `data-*` or on a `<batonpass-widget>` of the page's
// own, and for `window.Batonpass`. This file has the launcher; the chat itself is loaded when somebody opens it, or
// is in one already. It needs nothing of the page: no import map, no styles, and no `unsafe-inline` in its policy.

import { accentSet } from "./accent.js";
import tokensCss from "./tokens.css.js";
import { settleIdentity } from "./widget/identity.js";
import { Launcher } from "./widget/launcher.js";
import launcherCss from "./widget/launcher.css.js";
import { Memory, safeStorage } from "./widget/memory.js";
import { asked, completed } from "./widget/settings.js";
import { chosenLocale, fileOf, Words } from "./widget/words.js";

const HERE = import.meta.url;
const OPTIONS = ["server", "name", "accent", "theme", "position", "context", "locale", "identity"];
const PATIENCE_MS = 1_500; // for the operator's settings, before ours stand in
const DARK = "(prefers-color-scheme: dark)";

class BatonpassWidget extends HTMLElement {
  #heard = new Map();

  connectedCallback() {
    if (this.root) return this.#wake();
    this.server = new URL(this.getAttribute("server") || new URL(HERE).origin, location.href).origin;
    this.memory = new Memory(safeStorage(), this.server, safeStorage("sessionStorage"));
    this.context = { page: location.pathname, ...this.#given() };
    this.identify(this.getAttribute("identity") || undefined);
    this.root = this.attachShadow({ mode: "open" });
    this.launcher = new Launcher(this.root, () => this.toggle());
    this.night = matchMedia(DARK);
    this.night.addEventListener("change", () => this.ready.then(() => this.#dress())); // not before there is something to dress
    this.ready = this.#prepare();
    this.ready.then(() => this.#wake());
  }

  disconnectedCallback() {
    this.panel?.stop();
  }

  // -------------------------------------------------------------------------------- what a page may call

  /** Open the panel, as a press on the launcher does. */
  async open() {
    const panel = await this.#load();
    panel?.open();
  }

  close() {
    this.panel?.close();
  }

  toggle() {
    return this.panel?.isOpen ? this.close() : this.open();
  }

  /**
   * Say who the customer is, with a token that the site's server signed (docs/api.md); null: nobody, signed out.
   * What somebody else wrote in this browser is forgotten; a chat begun without a name is finished first.
   */
  identify(token) {
    if (token === undefined) return;
    this.identity = token;
    if (this.panel) this.panel.identify(token);
    else settleIdentity(this.memory, token);
  }

  /** Variables for the next chat that starts, on top of those there are: names and texts. */
  setContext(values) {
    for (const [name, value] of Object.entries(values ?? {})) this.context[name] = String(value);
  }

  /** Hear of `ready`, `open`, `close`, `started`, `message`, `holder`, `unread`, `ended`, `error`. */
  on(name, callback) {
    this.#heard.set(name, [...(this.#heard.get(name) ?? []), callback]);
    return () => this.off(name, callback);
  }

  off(name, callback) {
    this.#heard.set(name, (this.#heard.get(name) ?? []).filter((one) => one !== callback));
  }

  get isOpen() {
    return this.panel?.isOpen ?? false;
  }

  get unread() {
    return this.panel?.unread ?? 0;
  }

  // --------------------------------------------------------------------------------------------- inside

  async #prepare() {
    const wishes = [this.getAttribute("locale"), document.documentElement.lang, ...(navigator.languages ?? [])];
    const { known, fresh } = asked(this.server, wishes, this.memory);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
    const settings = known ?? (await Promise.race([fresh, late])) ?? completed();
    const drawn = JSON.stringify(settings);
    this.#take(settings);
    await this.#speak(wishes);
    this.#dress();
    // What the operator has changed since the copy was made.
    fresh.then(async (newer) => {
      if (!newer || JSON.stringify(newer) === drawn) return;
      this.#take(newer);
      await this.#speak(wishes);
      this.#dress();
    });
    this.#tell("ready", {});
  }

  /** The page's options win over the operator's settings: they are nearer to what the customer looks at. */
  #take(settings) {
    const own = Object.fromEntries(["name", "accent", "theme", "position"].map((name) => [name, this.getAttribute(name)]).filter(([, value]) => value));
    this.settings = { ...settings, ...own };
  }

  async #speak(wishes) {
    const locale = this.settings.locale ?? chosenLocale(wishes, this.settings.locales);
    const { default: words } = await import(`./locales/${fileOf(locale)}.json.js`);
    this.words = new Words(locale, words, this.settings.words);
  }

  #dress() {
    const { theme, accent: wanted, position, launcher } = this.settings;
    const dark = theme === "dark" || (theme !== "light" && this.night.matches);
    // One file has the colours of both; the page may hold it to one of them.
    const tokens = tokensCss.replaceAll(DARK, dark ? "all" : "not all");
    this.root.adoptedStyleSheets = [tokens, launcherCss, ...(this.panel?.sheets ?? [])].map(sheet);
    const { accent, onAccent, tint } = accentSet(wanted, { dark });
    // Through the style object: a `style` attribute would break the page's content security policy.
    const look = { "--accent": accent, "--on-accent": onAccent, "--accent-tint": tint, "--side": `${launcher.side}px`, "--bottom": `${launcher.bottom}px` };
    for (const [name, value] of Object.entries(look)) this.style.setProperty(name, value);
    // In a language that is written from the right, left is where right is elsewhere.
    this.dataset.side = (position === "left") === (this.words.dir === "ltr") ? "left" : "right";
    this.dataset.theme = dark ? "dark" : "light";
    this.launcher.words = this.words;
    this.launcher.hidden = launcher.hidden;
    this.launcher.draw();
    this.panel?.dress(this.settings, this.words);
  }

  /** In a chat already: connect before it is opened, so that unread messages show on the launcher. */
  async #wake() {
    const open = this.memory.open && !matchMedia("(max-width: 479px)").matches;
    if (!open && !this.memory.chat?.conversation_id) return;
    const panel = await this.#load();
    if (open) panel?.open({ focus: false });
    else panel?.resume();
  }

  #load() {
    this.loading ??= this.#panel().catch((error) => {
      this.loading = null; // the next press tries again
      console.warn("batonpass-widget: the chat could not be loaded", error);
      this.launcher.say(this.words?.say("error_offline") ?? "");
      return null;
    });
    return this.loading;
  }

  async #panel() {
    const [{ Panel }] = await Promise.all([import("./widget/panel.js"), this.ready]);
    this.launcher.say("");
    const { root, launcher, server, memory, settings, words, identity } = this;
    const tell = (name, detail) => this.#tell(name, detail);
    this.panel = new Panel({ root, launcher, server, memory, settings, words, identity, tell, about: () => this.#about() });
    this.#dress();
    return this.panel;
  }

  #about() {
    return { context: { ...this.context }, locale: this.words.locale };
  }

  #given() {
    try {
      const given = Object.entries(JSON.parse(this.getAttribute("context") || "{}"));
      return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
    } catch {
      console.warn("batonpass-widget: the option `context` is no JSON object; it is left out");
      return {};
    }
  }

  #tell(name, detail) {
    for (const callback of this.#heard.get(name) ?? []) {
      try {
        callback(detail);
      } catch (error) {
        reportError(error); // a fault of the page stays the page's
      }
    }
    this.dispatchEvent(new CustomEvent(`batonpass:${name}`, { detail, bubbles: true }));
  }
}

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** `window.Batonpass`: the page's widget, by name. What a page put there before, as a list of functions, is called now. */
function publish() {
  const found = () => document.querySelector("batonpass-widget");
  const api = {
    push(call) {
      try {
        call(api);
      } catch (error) {
        reportError(error); // a fault of the page stays the page's, and what it put after it counts
      }
    },
  };
  for (const name of ["open", "close", "toggle", "identify", "setContext", "on", "off"]) {
    api[name] = (...given) => found()?.[name](...given);
  }
  const before = window.Batonpass;
  window.Batonpass = api;
  if (Array.isArray(before)) before.forEach((call) => api.push(call));
}

/** Without an element of the page's own, the script makes one of its options. */
function place() {
  const script = [...document.querySelectorAll("script[src]")].find((one) => one.src === HERE);
  if (script && script.dataset.element !== "none" && !document.querySelector("batonpass-widget")) {
    const widget = document.createElement("batonpass-widget");
    for (const name of OPTIONS) if (script.dataset[name]) widget.setAttribute(name, script.dataset[name]);
    document.body.append(widget);
  }
  publish();
}

if (!customElements.get("batonpass-widget")) {
  customElements.define("batonpass-widget", BatonpassWidget);
  if (document.body && document.readyState !== "loading") place();
  else document.addEventListener("DOMContentLoaded", place, { once: true });
}
