// Versions of the configuration: when, by whom, why, which keys; what one changed, and back to it.

import { useState } from "preact/hooks";
import { html } from "../desk/ui.js";
import { Head, Loading, Refusal, useAsked } from "./parts.js";
import { moment, plural } from "./said.js";
import { Changes } from "./tables.js";

export function Versions({ operator, id }) {
  const { rest, configuration } = operator;
  const now = configuration.state.value?.version;
  const [found, problem, again] = useAsked(() => rest.get("/admin/config/versions", { limit: 100 }), [now]);
  const { source, drift } = configuration.state.value ?? {};
  return html`<${Head} title="Versions" about=${now ? `Version ${now} is in force. ${source === "file" ? "The file has the last word." : drift ? `${plural(drift, "key")} of the file ${drift === 1 ? "says" : "say"} something else.` : ""}` : ""} />
    <${Refusal} problem=${problem} lead="Not read." />
    ${!found && !problem && html`<${Loading} />`}
    ${found && html`<div class="framed scroll"><table><thead><tr><th>Version</th><th>When</th><th>Who</th><th>Why</th><th>Keys</th></tr></thead>
      <tbody>${found.versions.map((one) => html`<tr key=${one.version}>
        <td><a href=${`#/versions/${one.version}`} aria-current=${String(one.version) === id ? "true" : undefined}><b>${one.version}</b></a>${one.version === now && html` <span class="tag is-good">in force</span>`}</td>
        <td>${moment(one.at)}</td><td>${one.by.role}${one.by.id ? html` <span class="quiet mono">${one.by.id}</span>` : ""}</td><td dir="auto">${one.comment}</td>
        <td class="mono keys-cell">${one.keys.slice(0, 4).join(", ")}${one.keys.length > 4 ? ` and ${one.keys.length - 4} more` : ""}</td></tr>`)}</tbody></table></div>`}
    ${id && html`<${Version} key=${id} operator=${operator} id=${id} again=${again} />`}`;
}

function Version({ operator, id, again }) {
  const { rest, configuration } = operator;
  const [found, problem] = useAsked(() => rest.get(`/admin/config/versions/${encodeURIComponent(id)}`), [id]);
  const [refused, setRefused] = useState(null);
  const current = String(configuration.state.value?.version) === id;
  const back = async (event) => {
    event.preventDefault();
    try {
      const comment = new FormData(event.target).get("comment").trim();
      await rest.ask("POST", `/admin/config/versions/${encodeURIComponent(id)}/revert`, { body: { comment: comment || `Back to version ${id}` }, ifMatch: configuration.state.value?.version });
      await configuration.load();
      await again();
      operator.toast(`Version ${id} is in force again, under a new number`);
      location.hash = "#/versions";
    } catch (error) {
      if (error.status === 412) await configuration.load();
      setRefused(error);
    }
  };
  return html`<section aria-labelledby="version-title"><div class="section-head"><h2 id="version-title">What version ${id} changed</h2></div>
    <${Refusal} problem=${problem ?? refused} lead=${refused ? "Not reverted." : "Not read."} />
    ${found && html`<${Changes} changes=${found.changes} />`}
    ${found && !current && !configuration.readOnly && html`<form class="inline-form" onSubmit=${back}><label class="unseen" for="why-back">Why</label><input id="why-back" name="comment" maxlength="200" placeholder="Why" /><button class="button is-main" type="submit">Back to version ${id}</button></form>`}
  </section>`;
}
