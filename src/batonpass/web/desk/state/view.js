// The view: what is open, and what the page says of itself. Nothing here is known to the server.

import { signal } from "@preact/signals";
import { newClientId } from "../../stream.js";

const TOAST_MS = 5_000;

export class View {
  constructor() {
    this.selected = signal(null); // id of the conversation that is open
    this.pane = signal("list"); // list, conversation, details: pages of a phone
    this.drawer = signal(false);
    this.dialog = signal(null); // the name of the dialog that is open: "handBack", ...
    this.mode = signal("reply");
    this.toasts = signal([]); // {id, text, open?}
    this.heard = signal(""); // read out, assertively
    this.composing = null; // () => whether the composer has text
  }

  clear() {
    this.selected.value = null;
    this.pane.value = "list";
  }

  open(id) {
    this.selected.value = id;
    this.pane.value = id ? "conversation" : "list";
    this.mode.value = "reply";
  }

  toast(text, open = null) {
    const toast = { id: newClientId(), text, open };
    this.toasts.value = [...this.toasts.value, toast];
    this.fadeToast(toast);
  }

  fadeToast(toast) {
    this.keepToast(toast);
    toast.timer = setTimeout(() => this.dropToast(toast), TOAST_MS);
  }

  keepToast(toast) {
    clearTimeout(toast.timer);
  }

  closeDetails() {
    this.drawer.value = false;
    if (this.pane.value === "details") this.pane.value = "conversation";
  }

  dropToast(toast) {
    this.toasts.value = this.toasts.value.filter((one) => one !== toast);
  }
}
