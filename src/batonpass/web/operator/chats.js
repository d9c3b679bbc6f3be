// Chats: what is live, what was closed; each opens to be read, and acted on.

import { useState } from "preact/hooks";
import { clock, html } from "../desk/ui.js";
import { Chat } from "./chat.js";
import { CustomerLink, Empty, Head, Loading, Refusal, StoryBaton } from "./parts.js";
import { STATUSES, customer, long, moment } from "./said.js";

export function Chats({ operator, id }) {
  return id ? html`<${Chat} key=${id} operator=${operator} id=${id} />` : html`<${List} operator=${operator} />`;
}

function List({ operator }) {
  const { floor } = operator;
  const [shown, show] = useState("live");
  const [text, setText] = useState("");
  const [queue, setQueue] = useState("");
  const fits = (one) => (!queue || one.queue === queue) && (!text.trim() || `${customer(one)} ${one.conversation_id} ${one.holder?.name ?? ""}`.toLowerCase().includes(text.trim().toLowerCase()));
  return html`
    <${Head} title="Chats" about=${shown === "live" ? "What goes on now; who waits stands first." : "The newest first."}>
      <div class="tabs" role="group" aria-label="Which chats">
        ${[["live", "Live"], ["closed", "Closed"]].map(([name, words]) => html`<button class="tab" aria-pressed=${shown === name} onClick=${() => show(name)}>${words}</button>`)}
      </div>
    <//>
    <div class="filters">
      <label class="unseen" for="find">Find</label><input id="find" type="search" placeholder="Customer, agent or id" value=${text} onInput=${(event) => setText(event.target.value)} />
      <label class="unseen" for="in-queue">Queue</label><select id="in-queue" value=${queue} onChange=${(event) => setQueue(event.target.value)}>
        <option value="">All queues</option>${floor.queues.value.map((one) => html`<option value=${one.queue_id}>${one.name}</option>`)}
      </select>
    </div>
    ${shown === "live" ? html`<${Live} operator=${operator} fits=${fits} />` : html`<${Closed} key=${queue} operator=${operator} queue=${queue} fits=${fits} />`}`;
}

const RANK = { open: 0, active: 1, held: 2 };

function Live({ operator, fits }) {
  const { floor } = operator;
  const now = floor.now(clock.value);
  const found = floor.conversations.value.filter(fits).sort((a, b) => RANK[a.status] - RANK[b.status] || ((a.waiting_since ?? a.started_at) < (b.waiting_since ?? b.started_at) ? -1 : 1));
  if (floor.link.value === "connecting") return html`<${Loading} />`;
  if (!found.length) return html`<${Empty} title="No chats here">${floor.conversations.value.length ? "No live chat is like that." : "A chat stands here from its first word to its end."}<//>`;
  return html`<${Rows} operator=${operator} found=${found} now=${now} />
    ${floor.more.value && html`<p class="quiet">There are more; these are the first ${floor.conversations.value.length}.</p>`}`;
}

function Closed({ operator, queue, fits }) {
  const [state, setState] = useState({ found: [], next: undefined, problem: null, busy: false });
  const more = async () => {
    setState((last) => ({ ...last, busy: true }));
    try {
      const page = await operator.rest.get("/supervisor/conversations", { status: "closed", queue, cursor: state.next });
      setState((last) => ({ found: [...last.found, ...page.conversations], next: page.next ?? null, problem: null, busy: false }));
    } catch (problem) {
      setState((last) => ({ ...last, problem, busy: false }));
    }
  };
  if (state.next === undefined && !state.busy && !state.problem) void more();
  const found = state.found.filter(fits);
  return html`<${Refusal} problem=${state.problem} lead="Not read." />
    ${state.busy && !found.length ? html`<${Loading} />` : found.length ? html`<${Rows} operator=${operator} found=${found} now=${operator.floor.now()} />` : html`<${Empty} title="No closed chats">What has ended stands here.<//>`}
    ${state.next && html`<button class="button" aria-busy=${state.busy} onClick=${more}>Older ones</button>`}`;
}

function Rows({ operator, found, now }) {
  return html`<ul class="rows chats">${found.map((one) => html`<li key=${one.conversation_id} class="chat-row">
    <span class="chat-who"><${CustomerLink} conversation=${one} /><span class="quiet" dir="auto">${operator.floor.queueName(one.queue)}</span></span>
    <${StoryBaton} floor=${operator.floor} conversation=${one} />
    <span class="quiet">${one.others.length ? one.others.map(({ agent, role }) => `${agent.name} ${role}`).join(", ") : ""}</span>
    <span class=${`tag${one.status === "open" ? " is-late" : ""}`}>${STATUSES[one.status]}${one.waiting_since && one.status === "open" ? ` ${long(Math.max(0, now - Date.parse(one.waiting_since)))}` : ""}</span>
    <span class="quiet end">${moment(one.started_at, now)}</span>
  </li>`)}</ul>`;
}
