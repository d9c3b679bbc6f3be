// Which dialog is open. One at a time; each closes itself, and returns the focus to what opened it.

import { useEffect, useRef } from "preact/hooks";
import { Hold } from "./holding.js";
import { Transfer } from "./transfer.js";
import { html } from "./ui.js";

const NEED = {
  transfer: (conversation) => conversation.holds,
  handBack: (conversation) => conversation.holds,
  hold: (conversation) => conversation.holds,
  invitation: (conversation) => conversation.speaks,
  consultation: (conversation) => conversation.speaks,
};

export function Dialogs({ desk, conversation }) {
  const name = desk.view.dialog.value;
  conversation?.version.value;
  const may = Boolean(conversation && NEED[name]?.(conversation));
  useEffect(() => {
    if (NEED[name] && !may) desk.view.dialog.value = null;
  }, [name, may]);
  if (!may) return null;
  if (name === "hold") return html`<${Hold} key=${conversation.id} desk=${desk} conversation=${conversation} />`;
  return html`<${Transfer} key=${`${name}:${conversation.id}`} desk=${desk} conversation=${conversation} kind=${name === "handBack" ? "transfer" : name} tab=${name === "handBack" ? "bots" : "all"} />`;
}

/** A modal dialog: the browser keeps the focus in it, Escape closes it. `onSubmit` also by Ctrl+Enter. */
export function Modal({ desk, look = "", label, onSubmit, children }) {
  const dialog = useRef(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    dialog.current.showModal();
    return () => before.current?.isConnected && before.current.focus();
  }, []);
  const close = () => (desk.view.dialog.value = null);
  const key = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSubmit();
  };
  const submit = (event) => {
    event.preventDefault();
    onSubmit();
  };
  return html`<dialog class=${`dialog ${look}`} ref=${dialog} aria-labelledby=${label} onClose=${close} onKeyDown=${key}><form onSubmit=${submit} novalidate>${children}</form></dialog>`;
}
