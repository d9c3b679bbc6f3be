// Workflows, opening hours, and every other table of the configuration, as JSON that is tried before it is saved.

import { useState } from "preact/hooks";
import { Icon, html } from "../desk/ui.js";
import { Empty, Head, Loading, Refusal } from "./parts.js";
import { TableEditor } from "./tables.js";

export function Workflows({ operator }) {
  return html`<${Named} operator=${operator} table="workflows" title="Workflows" about="Ordered steps, each a queue or an agent; the fallback takes what no step took."
    fresh=${{ steps: [{ queue: Object.keys(operator.configuration.table("queues") ?? {})[0] ?? "", timeout: 60 }], fallback: { close: true } }} empty="A chat then goes the way of its queue." />`;
}

export function Hours({ operator }) {
  return html`<${Named} operator=${operator} table="hours" title="Opening hours" about="When people serve; bots serve round the clock. A queue names its hours with the key hours."
    fresh=${{ timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, monday: ["09:00-17:00"], holidays: [] }} empty="All queues are open at any time." />`;
}

/** A table of named tables: each with its own editor, and its own errors. */
function Named({ operator, table, title, about, fresh, empty }) {
  const { configuration } = operator;
  const [made, setMade] = useState(null);
  if (!configuration.state.value) return html`<${Waiting} operator=${operator} title=${title} />`;
  const found = Object.keys(configuration.table(table) ?? {});
  const make = (event) => {
    event.preventDefault();
    setMade(new FormData(event.target).get("name").trim());
    event.target.reset();
  };
  return html`<${Head} title=${title} about=${about} />
    ${!found.length && !made && html`<${Empty} title="None yet">${empty}<//>`}
    ${[...found, ...(made && !found.includes(made) ? [made] : [])].map((name) => html`<section key=${name} class="named"><div class="section-head"><h2 dir="auto">${name}</h2>${found.includes(name) && !configuration.readOnly && html`<${Drop} operator=${operator} path=${[table, name]} />`}</div>
      <${TableEditor} configuration=${configuration} operator=${operator} path=${[table, name]} fresh=${fresh} done=${() => setMade(null)} /></section>`)}
    ${!configuration.readOnly && html`<form class="inline-form" onSubmit=${make}><label class="unseen" for="new-name">Id</label><input id="new-name" name="name" required maxlength="64" pattern="[A-Za-z0-9_.:\\-]+" placeholder="Id of a new one" /><button class="button" type="submit"><${Icon} name="plus" />Add</button></form>`}`;
}

function Drop({ operator, path }) {
  const [problem, setProblem] = useState(null);
  const [sure, setSure] = useState(false);
  const go = async () => {
    try {
      await operator.configuration.change(path.reduceRight((inner, key) => ({ [key]: inner }), null), `Removed ${path.join(".")}`);
      operator.toast("Removed");
    } catch (refused) {
      setProblem(refused);
    }
  };
  return html`<button class="button is-small" onClick=${() => (sure ? go() : setSure(true))}>${sure ? "Remove now" : "Remove"}</button><${Refusal} problem=${problem} lead="Not removed." />`;
}

export function Settings({ operator, id }) {
  const { configuration } = operator;
  if (!configuration.state.value) return html`<${Waiting} operator=${operator} title="All settings" />`;
  const tables = Object.keys(configuration.document).sort();
  const all = [...new Set([...tables, "timers", "routing", "canned", "webhooks", "retention", "insights", "attachments", "widget"])].sort();
  const [chosen, ...inner] = (id ?? "timers").split("/");
  const names = chosen === "queues" || chosen === "agents" ? Object.keys(configuration.table(chosen) ?? {}) : [];
  const choose = (name) => (location.hash = `#/settings/${chosen}${name ? `/${encodeURIComponent(name)}` : ""}`);
  return html`<${Head} title="All settings" about="Every table of the operator's, as docs/configuration.md describes it. Times are seconds." />
    <div class="filters"><label for="table">Table</label><select id="table" value=${chosen} onChange=${(event) => (location.hash = `#/settings/${event.target.value}`)}>${all.map((name) => html`<option value=${name}>${name}${tables.includes(name) ? "" : " (defaults)"}</option>`)}</select>
      ${names.length > 0 && html`<label for="which">Which</label><select id="which" value=${inner[0] ?? ""} onChange=${(event) => choose(event.target.value)}><option value="">all of them</option>${names.map((name) => html`<option value=${name}>${name}</option>`)}</select>`}
    </div>
    <${TableEditor} key=${id} configuration=${configuration} operator=${operator} path=${[chosen, ...inner]} fresh=${chosen === "entry" ? [] : {}} rows=${10} />`;
}

export function Waiting({ operator, title }) {
  const { problem } = operator.configuration;
  return html`<${Head} title=${title} />${problem.value ? html`<${Refusal} problem=${problem.value} lead="Not read." />` : html`<${Loading} />`}`;
}
