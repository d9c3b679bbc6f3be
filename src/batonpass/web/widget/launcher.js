// The button in the corner: its shape says who holds the chat, a badge says how many messages are unread.

import { icon } from "../icons.js";

const GLYPHS = { bot: "bot", person: "person", nobody: "clock", none: "chat" };

export class Launcher {
  /**
   * @param {ShadowRoot} root
   * @param {() => void} pressed
   */
  constructor(root, pressed) {
    this.words = null;
    this.hidden = false; // the operator wants none: the page opens the widget itself
    this.open = false;
    this.holds = "none"; // who holds the chat: bot, person, nobody (somebody waits), none (no chat)
    this.unread = 0;
    this.button = made("button", "launcher");
    this.button.type = "button";
    this.button.hidden = true; // until its colour is known
    this.button.addEventListener("click", pressed);
    this.bubble = made("p", "launcher-says");
    this.bubble.setAttribute("role", "status");
    this.bubble.hidden = true;
    this.frame = made("div", "frame one-colour");
    this.frame.append(this.bubble, this.button);
    root.append(this.frame);
  }

  draw() {
    if (!this.words) return;
    const { open, unread } = this;
    const words = [this.words.say(open ? "close" : "open"), unread && !open ? this.words.say("unread", { count: unread }) : ""];
    this.button.hidden = this.hidden;
    this.button.className = `launcher held-by-${open ? "none" : this.holds}`;
    this.button.setAttribute("aria-label", words.filter(Boolean).join(", "));
    this.button.setAttribute("aria-expanded", String(open));
    const shown = [icon(open ? "close" : GLYPHS[this.holds], 22)];
    if (unread && !open) shown.push(badge(unread));
    this.button.replaceChildren(...shown);
  }

  /** One line beside the button, where nothing can be opened; empty takes it away. */
  say(text) {
    this.bubble.hidden = !text;
    this.bubble.textContent = text;
    this.bubble.dir = this.words?.dir ?? "ltr";
  }
}

function badge(count) {
  const node = made("span", "badge");
  node.setAttribute("aria-hidden", "true");
  node.textContent = count > 99 ? "99+" : String(count);
  return node;
}

function made(tag, name) {
  const node = document.createElement(tag);
  node.className = name;
  return node;
}
