// One's own account: the password.

import { useState } from "preact/hooks";
import { Modal } from "./modal.js";
import { Password, Problem, useForm } from "./door.js";
import { html } from "./ui.js";
import { DOOR as W } from "./words/door.js";

export function ChangePassword({ desk }) {
  const [problem, setProblem] = useState(null);
  const close = () => (desk.view.dialog.value = null);
  const form = useForm(async ({ old, fresh }) => {
    setProblem(null);
    try {
      await desk.auth.changePassword(old, fresh);
      desk.toast(W.changed);
      close();
    } catch (error) {
      setProblem(`${W.notChanged} ${error.message}`);
    }
  });
  return html`<${Modal} title=${W.changePassword} close=${close}>
    <form class="door-form" onSubmit=${form.submit}>
      <${Password} id="old" label=${W.oldPassword} autocomplete="current-password" autofocus />
      <${Password} id="fresh" label=${W.newPassword} autocomplete="new-password" minlength="10" hint=${W.passwordLong} />
      <${Problem} sentence=${problem} />
      <div class="modal-foot"><button class="button" type="button" onClick=${close}>${W.cancel}</button><button class="button is-main" type="submit" aria-busy=${form.busy}>${W.change}</button></div>
    </form>
  </${Modal}>`;
}
