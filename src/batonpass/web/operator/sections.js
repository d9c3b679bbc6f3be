// The sections at the left: what is operated, and what is set up.

import { Icon, html } from "../desk/ui.js";

export function Sections({ operator }) {
  const { floor } = operator;
  const { section, id } = operator.route.value;
  const waiting = floor.queues.value.reduce((sum, queue) => sum + queue.waiting, 0);
  const pending = floor.conversations.value.reduce((sum, one) => sum + one.pending.length, 0);
  const agents = new Set(floor.queues.value.flatMap((queue) => queue.members.map(({ agent }) => agent.id))).size;
  const at = (name) => (section === name ? "page" : undefined);
  const current = section === "queues" ? (id ?? floor.queues.value[0]?.queue_id) : null;
  const item = (name, icon, words, count) => html`<li><a class="section" href=${`#/${name}`} aria-current=${at(name)}><${Icon} name=${icon} /><span>${words}</span>${count !== undefined && html`<span class="number">${count}</span>`}</a></li>`;
  return html`<nav class="sections" aria-label="Sections">
    <ul><li><a class="section" href="/desk"><${Icon} name="people" /><span>Desk</span></a></li></ul>
    <h2>Operate</h2>
    <ul>
      ${item("queues", "list", "Queues", waiting)}
      ${floor.queues.value.map((queue) => html`<li key=${queue.queue_id}><a class="section is-queue" href=${`#/queues/${encodeURIComponent(queue.queue_id)}`} aria-current=${current === queue.queue_id ? "page" : undefined}><span dir="auto">${queue.name}</span><span class="number">${queue.open ? queue.waiting : "closed"}</span></a></li>`)}
      ${operator.admin && !operator.configuration.readOnly && html`<li><a class="section is-queue is-add" href="#/queue-new" aria-current=${at("queue-new")}><span>New queue</span></a></li>`}
      ${item("agents", "bot", "Agents", agents)}
      ${item("handoffs", "arrow", "Hand-offs", pending)}
      ${item("conversations", "chat", "Chats", floor.conversations.value.length + (floor.more.value ? "+" : ""))}
      ${item("contacts", "letter", "Contacts")}
      ${item("insights", "bars", "Insights")}
    </ul>
    <h2>Set up</h2>
    <ul>
      ${item("switches", "switch", "Switches")}
      ${operator.admin && item("handback", "back", "Hand-back")}
      ${operator.admin && item("workflows", "steps", "Workflows")}
      ${operator.admin && item("hours", "clock", "Hours")}
      ${operator.admin && item("words", "words", "Words")}
      ${operator.admin && item("settings", "pen", "All settings")}
      ${operator.admin && item("versions", "versions", "Versions")}
      ${operator.admin && item("access", "lock", "Access")}
    </ul>
    <${Alerts} operator=${operator} />
  </nav>`;
}

function Alerts({ operator }) {
  const count = operator.floor.alerts.value.length;
  return html`<a class="alerts-line" href="#/alerts"><i class=${`disc is-${count ? "triangle" : "disc"}`} aria-hidden="true"></i>${count ? `${count} ${count === 1 ? "alert" : "alerts"}` : "All well, 0 alerts"}</a>`;
}
