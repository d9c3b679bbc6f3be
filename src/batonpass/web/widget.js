// The customer's widget: one line in a page,
//
//   <script type="module" src="https://chat.example.com/assets/widget.js"></script>
//   <batonpass-widget name="Sample Outdoor" accent="#1E5A44"></batonpass-widget>
//
// Attributes: `server` (default: where this file came from), `name` (the heading), `accent` (one colour, `#RRGGBB`),
// `theme` ("light" keeps it light), `context` (a JSON object of strings, sent when a chat starts), `locale`.
// It needs nothing of the page: no import map, no styles, and no `unsafe-inline` in the page's policy.

import { accentSet } from "./accent.js";
import batonCss from "./baton.css.js";
import tokensCss from "./tokens.css.js";
import { io } from "./vendor/socket.io.esm.min.js";
import { Chat } from "./widget/chat.js";
import { Memory, safeStorage } from "./widget/memory.js";
import { View } from "./widget/view.js";
import widgetCss from "./widget/widget.css.js";

const SCRIPT_ORIGIN = new URL(import.meta.url).origin;

class BatonpassWidget extends HTMLElement {
  connectedCallback() {
    if (this.view) return this.#wake();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [tokensCss, batonCss, widgetCss].map(sheet);
    if (this.getAttribute("theme") === "light") this.dataset.theme = "light";
    this.night = matchMedia("(prefers-color-scheme: dark)");
    this.night.addEventListener("change", () => this.#paint());
    this.#paint();
    this.#start(root);
  }

  disconnectedCallback() {
    this.chat.stop();
  }

  /** Open the panel, as a press on the launcher does. */
  open() {
    this.view.open();
  }

  #start(root) {
    const server = new URL(this.getAttribute("server") || SCRIPT_ORIGIN, location.href).origin;
    const memory = new Memory(safeStorage(), server);
    this.chat = new Chat({
      io,
      fetch: (...args) => fetch(...args),
      server,
      memory,
      about: { context: this.#context(), locale: this.getAttribute("locale") ?? document.documentElement.lang ?? "" },
      changed: (what, event) => this.view?.changed(what, event),
    });
    this.view = new View(root, this.chat, { name: this.getAttribute("name") ?? "Chat", opened: () => this.chat.open() });
    this.#wake();
  }

  /** In a chat already: connect before it is opened, so that unread messages show on the launcher. */
  #wake() {
    if (this.chat.resumable) this.chat.open();
  }

  #context() {
    const given = { page: location.pathname };
    try {
      for (const [name, value] of Object.entries(JSON.parse(this.getAttribute("context") ?? "{}"))) given[name] = String(value);
    } catch {
      console.warn("batonpass-widget: the attribute context is no JSON object; it is left out");
    }
    return given;
  }

  #paint() {
    const dark = this.night.matches && this.dataset.theme !== "light";
    const { accent, onAccent, tint } = accentSet(this.getAttribute("accent"), { dark });
    // Through the style object: a `style` attribute would break the page's content security policy.
    this.style.setProperty("--accent", accent);
    this.style.setProperty("--on-accent", onAccent);
    this.style.setProperty("--accent-tint", tint);
  }
}

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

if (!customElements.get("batonpass-widget")) customElements.define("batonpass-widget", BatonpassWidget);
