// The door: an agent key. It also comes in the address (`#key=...`), which is then cleaned.

import { useRef } from "preact/hooks";
import { Icon, html } from "./ui.js";

export function SignIn({ desk }) {
  const field = useRef(null);
  const submit = (event) => {
    event.preventDefault();
    const key = field.current.value.trim();
    if (key) desk.session.signIn(key);
  };
  return html`<main class="door">
    <form onSubmit=${submit}>
      <img src="/assets/icon.svg" alt="" width="48" height="24" />
      <h1>Batonpass desk</h1>
      <label for="key">Agent key</label>
      <input id="key" ref=${field} type="password" autocomplete="off" spellcheck=${false} required autofocus />
      ${desk.session.door.value && html`<p class="banner is-refusal" role="alert"><${Icon} name="alert" />Not signed in. ${desk.session.door.value}</p>`}
      <button class="button is-main" type="submit">Sign in</button>
      <p class="quiet">Your operator gives you the key. It stays in this tab.</p>
    </form>
  </main>`;
}
