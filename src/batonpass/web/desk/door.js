// The door: sign-in with name and password, or with a key; the first admin on a new server. Shared by the desk and the
// operator's page.

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, clock, html } from "./ui.js";
import { DOOR as W } from "./words/door.js";

/**
 * @param {object} parts
 * @param {Auth} parts.auth  of auth.js
 * @param {string} parts.title  what one signs in to: "Batonpass desk"
 * @param {{setup?: string, agent?: string}} [parts.first]  the set-up code and the agent that an address brought
 */
export function Door({ auth, title, first = {} }) {
  const [way, setWay] = useState(first.setup && !auth.isSetUp ? "setup" : "name");
  useEffect(() => {
    if (way === "name" && !auth.isSetUp && !auth.problem.peek()) void auth.setUpOpen().then((open) => open && setWay("setup"));
  }, []);
  const choose = (to) => {
    auth.problem.value = null;
    setWay(to);
  };
  const Form = { name: ByName, key: ByKey, setup: SetUp }[way];
  return html`<main class="door">
    <div class="door-card">
      <img src="/assets/icon.svg" alt="" width="56" height="28" />
      <h1>${way === "setup" ? W.setUpTitle : title}</h1>
      <${Form} key=${way} auth=${auth} first=${first} />
      <p class="door-ways">${WAYS[way].map(([to, words]) => html`<button type="button" class="link" onClick=${() => choose(to)}>${words}</button>`)}</p>
    </div>
  </main>`;
}

const WAYS = {
  name: [["key", W.withKey]],
  key: [["name", W.withName]],
  setup: [["name", W.haveAccount]],
};

function ByName({ auth }) {
  const form = useForm((said) => auth.signIn(said.name.trim(), said.password));
  const wait = Math.ceil((auth.waits.value - clock.value) / 1000);
  return html`<form onSubmit=${form.submit}>
    <${Field} id="name" label=${W.name} autocomplete="username" autocapitalize="none" spellcheck=${false} required autofocus />
    <${Password} id="password" label=${W.password} autocomplete="current-password" />
    <${Problem} auth=${auth} />
    <button class="button is-main" type="submit" aria-busy=${form.busy}>${form.busy ? W.signingIn : W.signIn}</button>
    ${wait > 0 && html`<p class="quiet" role="status">${W.wait(wait)}</p>`}
  </form>`;
}

function ByKey({ auth }) {
  const form = useForm((said) => auth.useKey(said.key.trim()));
  return html`<form onSubmit=${form.submit}>
    <${Password} id="key" label=${W.key} autocomplete="off" autofocus />
    <${Problem} auth=${auth} />
    <button class="button is-main" type="submit" aria-busy=${form.busy}>${form.busy ? W.signingIn : W.signIn}</button>
    <p class="quiet">${W.keyWhy}</p>
  </form>`;
}

/** The first admin; `done()` after it. */
function SetUp({ auth, first }) {
  const form = useForm((said) => auth.setUp({ code: said.code.trim(), name: said.name.trim(), password: said.password, agent: said.agent.trim() }));
  return html`<form onSubmit=${form.submit}>
    <p class="quiet">${W.setUpWhy}</p>
    <${Field} id="code" label=${W.code} value=${first.setup ?? ""} autocomplete="off" spellcheck=${false} required hint=${first.setup ? null : W.codeWhere} />
    <${Field} id="name" label=${W.name} autocomplete="username" autocapitalize="none" spellcheck=${false} pattern="[A-Za-z0-9_.@+\\-]+" title=${W.nameSigns} required autofocus />
    <${Password} id="password" label=${W.newPassword} autocomplete="new-password" minlength="10" hint=${W.passwordLong} />
    <${Field} id="agent" label=${W.agent} value=${first.agent ?? ""} autocomplete="off" spellcheck=${false} hint=${W.agentWhy} />
    <${Problem} auth=${auth} />
    <button class="button is-main" type="submit" aria-busy=${form.busy}>${W.setUp}</button>
  </form>`;
}

/** A form that is sent once at a time; `send` gets its fields by name. */
export function useForm(send) {
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      await send(Object.fromEntries(new FormData(event.currentTarget ?? event.target)));
    } finally {
      setBusy(false);
    }
  };
  return { busy, submit };
}

export function Field({ id, label, hint = null, type = "text", ...more }) {
  return html`<div class="door-field">
    <label for=${id}>${label}</label>
    <input id=${id} name=${id} type=${type} aria-describedby=${hint ? `${id}-hint` : undefined} ...${more} />
    ${hint && html`<p class="quiet" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

/** A field for a secret, with a button that shows it. */
export function Password({ id, label, hint = null, ...more }) {
  const [shown, show] = useState(false);
  const field = useRef(null);
  const toggle = () => {
    show(!shown);
    field.current.focus();
  };
  return html`<div class="door-field">
    <label for=${id}>${label}</label>
    <span class="door-secret"><input id=${id} name=${id} ref=${field} type=${shown ? "text" : "password"} spellcheck=${false} autocapitalize="none" required aria-describedby=${hint ? `${id}-hint` : undefined} ...${more} />
      <button type="button" class="plain" aria-pressed=${shown} aria-label=${W.show(label)} onClick=${toggle}><${Icon} name=${shown ? "hidden" : "shown"} /></button></span>
    ${hint && html`<p class="quiet" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

export function Problem({ auth, sentence = auth.problem.value }) {
  return sentence && html`<p class="banner is-refusal" role="alert"><${Icon} name="alert" /><span>${sentence}</span></p>`;
}
