// A small modal dialog. What opened it gets the focus back when it closes.

import { useEffect, useRef } from "preact/hooks";
import { Icon, html } from "./ui.js";

export function Modal({ title, close, wide = false, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const outside = (event) => event.target === dialog.current && close();
  return html`<dialog class=${`dialog modal${wide ? " is-wide" : ""}`} ref=${dialog} aria-labelledby="modal-title" onClose=${close} onPointerDown=${outside}>
    <header><h2 id="modal-title">${title}</h2><button class="plain" type="button" aria-label="Close" onClick=${close}><${Icon} name="close" /></button></header>
    <div class="modal-body">${children}</div>
  </dialog>`;
}
