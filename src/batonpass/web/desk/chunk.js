// A piece of the timeline. Near the screen it is drawn; further away it is a box that keeps its height.

import { Component, createRef } from "preact";
import { Line } from "./line.js";
import { html } from "./ui.js";

const MARGIN = "1200px";
const LINE_PX = 52; // what a line is taken for until it was drawn once

/** Says to pieces when they come near the screen, and when they go. */
export class Watcher {
  #waiting = new Map();
  #observer = null;

  start(root) {
    this.#observer = new IntersectionObserver((seen) => seen.forEach(({ target, isIntersecting }) => this.#waiting.get(target)?.(isIntersecting)), { root, rootMargin: MARGIN });
    for (const node of this.#waiting.keys()) this.#observer.observe(node);
  }

  stop() {
    this.#observer.disconnect();
    this.#observer = null;
  }

  add(node, told) {
    this.#waiting.set(node, told);
    this.#observer?.observe(node);
  }

  drop(node) {
    this.#waiting.delete(node);
    this.#observer?.unobserve(node);
  }
}

/** `late`, `mark`, `fresh`, `shown`: seqs of lines that have something more to say, null when they are elsewhere. */
export class Chunk extends Component {
  box = createRef();
  height = 0;

  constructor(props) {
    super(props);
    this.state = { near: props.near };
  }

  componentDidMount() {
    this.props.watcher.add(this.box.current, (near) => this.#moved(near));
  }

  componentWillUnmount() {
    this.props.watcher.drop(this.box.current);
  }

  shouldComponentUpdate(next, state) {
    if (state.near !== this.state.near) return true;
    const { near, before, ...watched } = next;
    if (near && !this.props.near) return true;
    return before?.at !== this.props.before?.at || Object.keys(watched).some((name) => next[name] !== this.props[name]);
  }

  componentDidUpdate() {
    this.#size();
  }

  #moved(near) {
    if (near === this.state.near) return;
    if (!near) this.height = this.box.current.offsetHeight;
    this.setState({ near });
  }

  /** Through the style object: a `style` attribute would break the content security policy. */
  #size() {
    const { style } = this.box.current;
    if (this.drawn) style.removeProperty("block-size");
    else style.setProperty("block-size", `${this.height || this.props.chunk.lines.length * LINE_PX}px`);
  }

  render({ chunk, before, desk, conversation, late, mark, state, fresh, shown }, { near }) {
    const { lines } = chunk;
    this.drawn = near || Boolean(shown) || Boolean(late) || Boolean(mark);
    const first = fresh && lines.find((line) => line.seq >= fresh)?.seq;
    return html`<div class="chunk" ref=${this.box}>
      ${this.drawn &&
      lines.map(
        (line, index) => html`<${Line} key=${line.key} line=${line} previous=${lines[index - 1] ?? before} desk=${desk} conversation=${conversation}
          late=${line.seq === late} state=${line.seq === mark ? state : ""} fresh=${line.seq === first} shown=${line.seq === shown} />`,
      )}
    </div>`;
  }
}
