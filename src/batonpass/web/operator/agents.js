// Agents and bots: who is there, with what, in which queues; and for admins their settings and keys.

import { useState } from "preact/hooks";
import { Avatar, Icon, html } from "../desk/ui.js";
import { Keys } from "./keys.js";
import { standing } from "./ladder.js";
import { Slots } from "./laddering.js";
import { CustomerLink, Empty, Head, Loading, Refusal, Standing, StoryBaton } from "./parts.js";
import { plural } from "./said.js";
import { TableEditor } from "./tables.js";

export function Agents({ operator, id }) {
  const agents = known(operator);
  if (id === "new" && operator.admin) return html`<${NewAgent} operator=${operator} />`;
  if (id) return html`<${Agent} key=${id} operator=${operator} id=${id} agent=${agents.get(id)} />`;
  if (operator.floor.link.value === "connecting") return html`<${Loading} />`;
  const rows = [...agents.values()].sort((a, b) => (a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind === "bot" ? -1 : 1));
  return html`<${Head} title="Agents" about="Bots and people, with what they have now.">
      ${operator.admin && !operator.configuration.readOnly && html`<a class="button" href="#/agents/new"><${Icon} name="plus" />New agent</a>`}
    <//>
    ${!rows.length && html`<${Empty} title="No agents yet">A bot or a representative that is made stands here.<//>`}
    ${rows.length > 0 && html`<div class="framed scroll"><table class="agents">
      <thead><tr><th>Agent</th><th>Slots</th><th>State</th><th>Queues</th></tr></thead>
      <tbody>${rows.map((agent) => html`<tr key=${agent.id}>
        <td><span class="agent-line"><${Avatar} kind=${agent.kind} name=${agent.name} /><a href=${`#/agents/${encodeURIComponent(agent.id)}`}><b dir="auto">${agent.name}</b></a>${agent.supervisor && html`<span class="tag">Supervisor</span>`}</span></td>
        <td>${agent.member ? html`<${Slots} member=${agent.member} />` : ""}</td>
        <td>${agent.member ? html`<${Standing} shape=${standing(agent.member).shape}>${standing(agent.member).word}<//>` : html`<span class="quiet">in no queue</span>`}</td>
        <td class="quiet" dir="auto">${agent.queues.join(", ")}</td>
      </tr>`)}</tbody>
    </table></div>`}`;
}

/** Agents by id, from the ladders and, for admins, from the configuration. */
function known({ floor, configuration }) {
  const found = new Map();
  for (const queue of floor.queues.value) {
    for (const member of queue.members) {
      const agent = found.get(member.agent.id) ?? { ...member.agent, member, queues: [] };
      agent.queues.push(queue.name);
      found.set(agent.id, agent);
    }
  }
  for (const [id, table] of Object.entries(configuration.document.agents ?? {})) {
    const agent = found.get(id) ?? { id, kind: table.kind, name: table.name ?? id, queues: [] };
    found.set(id, { ...agent, supervisor: table.supervisor });
  }
  return found;
}

function Agent({ operator, id, agent }) {
  const { configuration } = operator;
  const table = configuration.table("agents", id);
  if (!agent) return html`<${Head} title="Agent" /><${Empty} title="There is no such agent"><a href="#/agents">All agents</a><//>`;
  return html`<${Head} title=${agent.name} about=${html`<a href="#/agents">All agents</a>, ${agent.kind === "bot" ? "bot" : "representative"}${agent.queues.length ? `, in ${agent.queues.join(", ")}` : ""}`}>
      ${agent.member && html`<${Standing} shape=${standing(agent.member).shape}>${standing(agent.member).word}<//>`}
    <//>
    <${Now} operator=${operator} id=${id} />
    ${operator.admin ? html`
      <${Keys} operator=${operator} id=${id} />
      ${table && html`<section><div class="section-head"><h2>Settings</h2><p class="quiet">As in [agents.${id}]: name, ${agent.kind === "bot" ? "concurrency" : "capacity"}, skills, supervisor.</p></div>
        <${TableEditor} configuration=${configuration} path=${["agents", id]} operator=${operator} /></section>
        ${!configuration.readOnly && html`<${Remove} operator=${operator} id=${id} name=${agent.name} />`}`}`
      : html`<p class="quiet">An admin makes keys and changes settings.</p>`}`;
}

/** The chats that this agent is in now. */
function Now({ operator, id }) {
  const { floor } = operator;
  const found = floor.conversations.value.filter((one) => one.holder?.id === id || one.others.some(({ agent }) => agent.id === id));
  return html`<section><div class="section-head"><h2>Chats now</h2><p class="quiet">${found.length ? plural(found.length, "chat") : "None."}</p></div>
    ${found.length > 0 && html`<ul class="rows">${found.map((one) => html`<li key=${one.conversation_id} class="flight-row">
      <${CustomerLink} conversation=${one} /><${StoryBaton} floor=${floor} conversation=${one} />
      <span class="flight-kind">${one.holder?.id === id ? "holds it" : one.others.find(({ agent }) => agent.id === id).role}</span><span class="quiet" dir="auto">${floor.queueName(one.queue)}</span><span></span></li>`)}</ul>`}
  </section>`;
}

function Remove({ operator, id, name }) {
  const [asked, ask] = useState(false);
  const [problem, setProblem] = useState(null);
  const go = async () => {
    try {
      await operator.rest.ask("DELETE", `/admin/agents/${encodeURIComponent(id)}`, { ifMatch: operator.configuration.state.value.version });
      await operator.configuration.load();
      operator.toast(`${name} is removed`);
      location.hash = "#/agents";
    } catch (refused) {
      setProblem(refused);
    }
  };
  return html`<section class="stack"><${Refusal} problem=${problem} lead="Not removed." />
    ${asked ? html`<p>Its connections close, its keys open nothing more, and its chats go on with others. <span class="act-buttons"><button class="button is-main" onClick=${go}>Remove ${name}</button><button class="button" onClick=${() => ask(false)}>Keep</button></span></p>`
      : html`<button class="button is-end" onClick=${() => ask(true)}>Remove this agent</button>`}
  </section>`;
}

function NewAgent({ operator }) {
  const [problem, setProblem] = useState(null);
  const make = async (event) => {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    const table = { kind: said.kind, ...(said.name.trim() ? { name: said.name.trim() } : {}), ...(said.slots ? { [said.kind === "bot" ? "concurrency" : "capacity"]: Number(said.slots) } : {}) };
    const queue = operator.configuration.table("queues", said.queue);
    const member = { agent: said.id, ...(said.kind === "bot" && !said.slots ? { capacity_priority: 10 } : {}) };
    const patch = { agents: { [said.id]: table }, ...(queue ? { queues: { [said.queue]: { members: [...(queue.members ?? []), member] } } } : {}) };
    try {
      if (operator.configuration.table("agents", said.id)) throw Object.assign(new Error("There is an agent with this id."), { errors: [] });
      await operator.configuration.change(patch, `New agent ${said.id}`);
      operator.toast("Agent made; now it needs a key");
      location.hash = `#/agents/${encodeURIComponent(said.id)}`;
    } catch (refused) {
      setProblem(refused);
    }
  };
  return html`<${Head} title="New agent" about=${html`<a href="#/agents">All agents</a>`} />
    <form class="card stack narrow-form" onSubmit=${make}>
      <${Refusal} problem=${problem} lead="Not made." />
      <label for="new-id">Id</label><input id="new-id" name="id" required maxlength="64" pattern="[A-Za-z0-9_.:\\-]+" autocapitalize="none" spellcheck=${false} />
      <label for="new-kind">Kind</label><select id="new-kind" name="kind"><option value="representative">Representative</option><option value="bot">Bot</option></select>
      <label for="new-name">Public name</label><input id="new-name" name="name" maxlength="80" />
      <label for="new-slots">Chats at a time <span class="quiet">(a bot without a number has no limit)</span></label><span class="field"><input id="new-slots" name="slots" type="number" min="1" max="1000" /></span>
      <label for="new-queue">First queue</label><select id="new-queue" name="queue"><option value="">None</option>${operator.floor.queues.value.map((queue) => html`<option value=${queue.queue_id}>${queue.name}</option>`)}</select>
      <button class="button is-main" type="submit">Make agent</button>
    </form>`;
}
