// Keys of an agent: made, rotated, taken back. A key's text is shown once.

import { useState } from "preact/hooks";
import { Icon, html } from "../desk/ui.js";
import { Refusal, copied, useAsked } from "./parts.js";
import { moment } from "./said.js";

export function Keys({ operator, id }) {
  const [found, problem, again] = useAsked(() => operator.rest.get("/admin/keys", { agent_id: id }), [id]);
  const [fresh, setFresh] = useState(null);
  const [refused, setRefused] = useState(null);
  const [sure, setSure] = useState(null);
  const act = async (method, path, body) => {
    try {
      const answer = await operator.rest.ask(method, path, { body });
      setRefused(null);
      setSure(null);
      if (answer.key) setFresh(answer);
      await again();
    } catch (error) {
      setRefused(error);
    }
  };
  const make = (event) => {
    event.preventDefault();
    const label = new FormData(event.target).get("label").trim();
    act("POST", `/admin/agents/${encodeURIComponent(id)}/keys`, { label });
    event.target.reset();
  };
  const good = found?.keys.filter((key) => key.good) ?? [];
  return html`<section aria-labelledby="keys-title">
    <div class="section-head"><h2 id="keys-title">Keys</h2><p class="quiet">A program signs in with one. Its text is shown once; lists show its beginning.</p></div>
    <${Refusal} problem=${problem ?? refused} lead="Not done." drop=${refused && (() => setRefused(null))} />
    ${fresh && html`<${Fresh} made=${fresh} drop=${() => setFresh(null)} />`}
    ${found && html`<div class="framed scroll"><table>
      <thead><tr><th>Key</th><th>Label</th><th>Made</th><th>State</th><th><span class="unseen">What can be done</span></th></tr></thead>
      <tbody>${found.keys.map((key) => html`<tr key=${key.prefix}>
        <td class="mono">${key.prefix}…</td><td dir="auto">${key.label}</td><td>${moment(key.created_at)}</td>
        <td>${key.good ? (key.expires_at ? `good until ${moment(key.expires_at)}` : "good") : html`<span class="quiet">ended</span>`}</td>
        <td class="end">${key.good && (sure === key.prefix
          ? html`<button class="button" onClick=${() => act("DELETE", `/admin/keys/${encodeURIComponent(key.prefix)}`)}>Take back now</button>`
          : html`<button class="button is-small" aria-label=${`Revoke ${key.prefix}`} onClick=${() => setSure(key.prefix)}>Revoke</button>`)}</td>
      </tr>`)}
      ${!found.keys.length && html`<tr><td colspan="5" class="quiet">No keys yet.</td></tr>`}</tbody>
    </table></div>`}
    <form class="inline-form" onSubmit=${make}>
      <label class="unseen" for="key-label">Label of a new key</label><input id="key-label" name="label" maxlength="80" placeholder="What the key is for" />
      <button class="button" type="submit"><${Icon} name="plus" />Make key</button>
      ${good.length > 0 && html`<button class="button" type="button" onClick=${() => act("POST", `/admin/agents/${encodeURIComponent(id)}/keys/rotate`, {})}>Rotate: a new one, the old good for a day</button>`}
    </form>
  </section>`;
}

/** A secret that is shown this once. */
export function Fresh({ made, drop, what = "key" }) {
  const [done, setDone] = useState(null);
  const copy = async () => setDone(await copied(made.key));
  return html`<div class="fresh" role="status"><p><b>Your new ${what}.</b> It is shown this once; keep it where your program finds it.</p>
    <code>${made.key}</code>
    <div class="act-buttons"><button class="button" onClick=${copy}>${done === null ? "Copy" : done ? "Copied" : "Not copied: mark it by hand"}</button><button class="button" onClick=${drop}>Done</button></div></div>`;
}
