// How the panel fits a small screen: it fills it, follows the keyboard that comes up, and keeps the focus, because
// nothing else is to be seen.

const SMALL = "(max-width: 479px)";

export class Fitting {
  /** @param {() => void} moved  the room has changed */
  constructor(moved) {
    this.moved = moved;
    this.small = matchMedia(SMALL);
    this.node = null;
    this.fit = () => this.#fit();
  }

  start(node) {
    this.node = node;
    visualViewport?.addEventListener("resize", this.fit);
    visualViewport?.addEventListener("scroll", this.fit);
    this.small.addEventListener("change", this.fit);
    this.#fit();
  }

  stop() {
    visualViewport?.removeEventListener("resize", this.fit);
    visualViewport?.removeEventListener("scroll", this.fit);
    this.small.removeEventListener("change", this.fit);
    this.node?.removeAttribute("aria-modal");
    this.node = null;
  }

  /** Tab goes round in the panel while it fills the screen. */
  keep(event, node) {
    if (!this.small.matches) return;
    const found = [...node.querySelectorAll("button, textarea, input, a[href], [tabindex='0']")];
    const stops = found.filter((one) => one.tabIndex >= 0 && one.checkVisibility());
    const [first, last] = [stops[0], stops.at(-1)];
    const at = node.getRootNode().activeElement;
    if (at !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }

  #fit() {
    if (!this.node) return;
    const small = this.small.matches;
    const view = visualViewport;
    // Through the style object: a `style` attribute would break the page's content security policy.
    this.node.style.setProperty("--room", small && view ? `${view.height}px` : "");
    this.node.style.setProperty("--top", small && view ? `${view.offsetTop}px` : "");
    if (small) this.node.setAttribute("aria-modal", "true");
    else this.node.removeAttribute("aria-modal");
    this.moved();
  }
}
