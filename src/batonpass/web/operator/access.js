// Who may come in: accounts of people, and keys of programs that administer; webhooks and how their deliveries go.

import { useState } from "preact/hooks";
import { Icon, html } from "../desk/ui.js";
import { Fresh } from "./keys.js";
import { Head, Loading, Refusal, useAsked } from "./parts.js";
import { moment } from "./said.js";

export function Access({ operator }) {
  return html`<${Head} title="Access" about="People who sign in, programs that administer, and endpoints that are told." />
    <${Accounts} operator=${operator} />
    <${Programs} operator=${operator} />
    <${Webhooks} operator=${operator} />`;
}

function Accounts({ operator }) {
  const { rest, configuration } = operator;
  const [found, problem, again] = useAsked(() => rest.get("/accounts", { limit: 200 }), []);
  const [refused, setRefused] = useState(null);
  const act = async (work, words) => {
    try {
      await work();
      setRefused(null);
      operator.toast(words);
      await again();
      return true;
    } catch (error) {
      setRefused(error);
      return false;
    }
  };
  const make = async (event) => {
    event.preventDefault();
    const form = event.target;
    const { agent_id: agent, ...said } = Object.fromEntries(new FormData(form));
    if (await act(() => rest.ask("POST", "/accounts", { body: { ...said, ...(agent ? { agent_id: agent } : {}) } }), "Account made")) form.reset();
  };
  const people = Object.entries(configuration.table("agents") ?? {}).filter(([, agent]) => agent.kind === "representative");
  return html`<section aria-labelledby="accounts-title"><div class="section-head"><h2 id="accounts-title">Accounts</h2><p class="quiet">Name and password open the desk and this page.</p></div>
    <${Refusal} problem=${problem ?? refused} lead="Not done." drop=${refused && (() => setRefused(null))} />
    ${!found && !problem && html`<${Loading} />`}
    ${found && html`<div class="framed scroll"><table><thead><tr><th>Name</th><th>Role</th><th>Representative</th><th>Since</th><th><span class="unseen">What can be done</span></th></tr></thead>
      <tbody>${found.accounts.map((one) => html`<tr key=${one.account_id}><td><b dir="auto">${one.name}</b></td><td>${one.role}</td><td>${one.agent_id ?? html`<span class="quiet">none</span>`}</td><td>${moment(one.created_at)}</td>
        <td class="end">${one.account_id === operator.auth.me.value?.account?.account_id ? html`<span class="quiet">you</span>` : html`<button class="button is-small" aria-label=${`${one.enabled ? "Switch off" : "Switch on"} ${one.name}`} onClick=${() => act(() => rest.ask("PATCH", `/accounts/${one.account_id}`, { body: { enabled: !one.enabled } }), one.enabled ? "Switched off" : "Switched on")}>${one.enabled ? "Switch off" : "Switch on"}</button>`}</td></tr>`)}</tbody></table></div>`}
    <form class="inline-form" onSubmit=${make}>
      <label class="unseen" for="account-name">Name</label><input id="account-name" name="name" required maxlength="60" placeholder="Name" autocapitalize="none" autocomplete="off" />
      <label class="unseen" for="account-password">Password</label><input id="account-password" name="password" type="password" required minlength="10" placeholder="Password, 10 or more" autocomplete="new-password" />
      <label class="unseen" for="account-role">Role</label><select id="account-role" name="role"><option value="agent">Representative</option><option value="supervisor">Supervisor</option><option value="admin">Admin</option></select>
      <label class="unseen" for="account-agent">Representative</label><select id="account-agent" name="agent_id"><option value="">No representative</option>${people.map(([id, agent]) => html`<option value=${id}>${agent.name ?? id}</option>`)}</select>
      <button class="button" type="submit"><${Icon} name="plus" />Make account</button>
    </form></section>`;
}

function Programs({ operator }) {
  const { rest } = operator;
  const [found, problem, again] = useAsked(() => rest.get("/api-keys"), []);
  const [fresh, setFresh] = useState(null);
  const [refused, setRefused] = useState(null);
  const act = async (method, path, body) => {
    try {
      const answer = await rest.ask(method, path, { body });
      setRefused(null);
      if (answer.key) setFresh(answer);
      await again();
    } catch (error) {
      setRefused(error);
    }
  };
  const make = (event) => {
    event.preventDefault();
    act("POST", "/api-keys", { name: new FormData(event.target).get("name").trim() });
    event.target.reset();
  };
  return html`<section aria-labelledby="programs-title"><div class="section-head"><h2 id="programs-title">API keys</h2><p class="quiet">For programs that administer. Agents have keys of their own.</p></div>
    <${Refusal} problem=${problem ?? refused} lead="Not done." />
    ${fresh && html`<${Fresh} made=${fresh} what="API key" drop=${() => setFresh(null)} />`}
    ${found && html`<div class="framed scroll"><table><thead><tr><th>Name</th><th>Key</th><th>Made</th><th><span class="unseen">What can be done</span></th></tr></thead><tbody>
      ${found.keys.map((key) => html`<tr key=${key.key_id}><td dir="auto">${key.name}</td><td class="mono">${key.prefix}…</td><td>${moment(key.created_at)}</td><td class="end"><button class="button is-small" aria-label=${`Withdraw ${key.name}`} onClick=${() => act("DELETE", `/api-keys/${key.key_id}`)}>Withdraw</button></td></tr>`)}
      ${!found.keys.length && html`<tr><td colspan="4" class="quiet">No API keys yet.</td></tr>`}</tbody></table></div>`}
    <form class="inline-form" onSubmit=${make}><label class="unseen" for="program-name">Name</label><input id="program-name" name="name" required maxlength="80" placeholder="What the key is for" /><button class="button" type="submit"><${Icon} name="plus" />Make API key</button></form></section>`;
}

function Webhooks({ operator }) {
  const { rest } = operator;
  const [found, problem] = useAsked(() => rest.get("/webhooks"), [], 15_000);
  const [refused, setRefused] = useState(null);
  const replay = async (endpoint) => {
    try {
      await rest.ask("POST", "/webhook-replays", { body: { endpoint } });
      operator.toast("Sent again");
      setRefused(null);
    } catch (error) {
      setRefused(error);
    }
  };
  const hooks = found?.webhooks ?? [];
  return html`<section aria-labelledby="hooks-title"><div class="section-head"><h2 id="hooks-title">Webhooks</h2><p class="quiet">Endpoints that are told; set up under <a href="#/settings/webhooks">All settings</a>.</p></div>
    <${Refusal} problem=${problem ?? refused} lead="Not done." />
    ${found && !hooks.length && html`<p class="quiet">No webhooks yet.</p>`}
    ${hooks.length > 0 && html`<div class="framed scroll"><table><thead><tr><th>Endpoint</th><th class="end">Taken</th><th class="end">Waiting</th><th class="end">Dead</th><th><span class="unseen">What can be done</span></th></tr></thead><tbody>
      ${hooks.map((hook) => html`<tr key=${hook.name}><td><b>${hook.name}</b>${!hook.enabled && html` <span class="tag">off</span>`}</td><td class="end">${hook.delivered}</td><td class="end">${hook.pending}</td><td class="end">${hook.dead}</td><td class="end">${hook.dead > 0 && html`<button class="button is-small" onClick=${() => replay(hook.name)}>Send dead ones again</button>`}</td></tr>`)}</tbody></table></div>`}</section>`;
}
