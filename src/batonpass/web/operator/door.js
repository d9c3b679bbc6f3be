// The door: name and password, a key, or on a new server its first admin.

import { useRef, useState } from "preact/hooks";
import { Icon, html } from "../desk/ui.js";

export function Door({ operator }) {
  return operator.setUp.value ? html`<${SetUp} operator=${operator} />` : html`<${SignIn} operator=${operator} />`;
}

function Form({ title, about, operator, submit, go, children }) {
  const [busy, setBusy] = useState(false);
  const submits = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await submit();
      operator.entered();
    } finally {
      setBusy(false);
    }
  };
  return html`<main class="door">
    <form onSubmit=${submits}>
      <img src="/assets/icon.svg" alt="" width="48" height="24" />
      <h1>${title}</h1>
      ${about && html`<p class="quiet">${about}</p>`}
      ${children}
      ${operator.auth.problem.value && html`<p class="banner is-refusal" role="alert"><${Icon} name="alert" /><span>Not signed in. ${operator.auth.problem.value}</span></p>`}
      <button class="button is-main" type="submit" aria-busy=${busy}>${go}</button>
    </form>
  </main>`;
}

function SignIn({ operator }) {
  const name = useRef(null);
  const password = useRef(null);
  const submit = () => operator.auth.signIn(name.current.value.trim(), password.current.value);
  return html`<${Form} title="Batonpass operator" operator=${operator} submit=${submit} go="Sign in">
    <label for="name">Name</label><input id="name" ref=${name} autocomplete="username" autocapitalize="none" spellcheck=${false} required autofocus />
    <label for="password">Password</label><input id="password" ref=${password} type="password" autocomplete="current-password" required />
  <//>`;
}

function SetUp({ operator }) {
  const { code, agent } = operator.setUp.value;
  const name = useRef(null);
  const password = useRef(null);
  const submit = () => operator.auth.setUp(code, name.current.value.trim(), password.current.value, agent);
  return html`<${Form} title="Set up Batonpass" about="This server has no admin yet. Choose a name and a password; you sign in with them from now on." operator=${operator} submit=${submit} go="Make the first admin">
    <label for="name">Name</label><input id="name" ref=${name} autocomplete="username" autocapitalize="none" spellcheck=${false} pattern="[A-Za-z0-9_.@+\\-]+" maxlength="60" required autofocus />
    <label for="password">Password, at least 10 characters</label><input id="password" ref=${password} type="password" autocomplete="new-password" minlength="10" required />
  <//>`;
}
