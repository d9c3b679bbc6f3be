// Toasts, for done things only; they stay five seconds, and longer under the pointer or the focus.

import { Icon, html } from "./ui.js";

export function Toasts({ desk }) {
  const { view } = desk;
  const open = (toast) => {
    toast.open();
    view.dropToast(toast);
  };
  return html`<div class="toasts" role="status">${view.toasts.value.map((toast) => html`<p class="toast" key=${toast.id} onPointerEnter=${() => view.keepToast(toast)} onPointerLeave=${() => view.fadeToast(toast)} onFocusIn=${() => view.keepToast(toast)} onFocusOut=${() => view.fadeToast(toast)}>
    <${Icon} name="accept" /><span dir="auto">${toast.text}</span>${toast.open && html`<button onClick=${() => open(toast)}>Open</button>`}
  </p>`)}</div>`;
}
