// A queue: its figures, the capacity ladder, hand-offs in flight, and the day in three small charts.

import { waitRange } from "../format.js";
import { Icon, clock, html } from "../desk/ui.js";
import { InFlight } from "./handoffs.js";
import { figures } from "./ladder.js";
import { Ladder } from "./laddering.js";
import { Empty, Head, Loading, Refusal, useAsked } from "./parts.js";
import { hours, long, plural, seconds } from "./said.js";
import { ZONE, midnight } from "./report.js";
import { Today } from "./today.js";

export function Queues({ operator, id }) {
  const { floor } = operator;
  const queue = id ? floor.queue(id) : floor.queues.value[0];
  if (floor.link.value === "connecting") return html`<${Loading} />`;
  if (!queue) return html`<${Empty} title=${id ? "There is no such queue" : "No queues yet"}>${operator.admin ? html`<a href="#/queue-new">Make the first one</a>` : "An admin makes them."}<//>`;
  return html`<${Queue} key=${queue.queue_id} operator=${operator} queue=${queue} />`;
}

function Queue({ operator, queue }) {
  const now = operator.floor.now(clock.value);
  const link = encodeURIComponent(queue.queue_id);
  return html`
    <${Head} title=${queue.name} about=${hours(queue, now)}>
      <a class="button" href="#/switches"><${Icon} name="switch" />Switches</a>
      ${operator.admin && html`<a class="button" href=${`#/words/${link}`}><${Icon} name="words" />Words</a><a class="button" href=${`#/settings/queues/${link}`}><${Icon} name="pen" />Settings</a>`}
      <${Unsaved} operator=${operator} queue=${queue} />
    <//>
    <${Figures} operator=${operator} queue=${queue} now=${now} />
    <${Ladder} operator=${operator} queue=${queue} now=${now} />
    <${InFlight} operator=${operator} most=${5} />
    <${Today} operator=${operator} queue=${queue} />`;
}

function Unsaved({ operator, queue }) {
  const count = Object.keys(operator.draft(queue.queue_id)).length;
  if (!count) return null;
  return html`<span class="unsaved">${plural(count, "change")} not saved</span>
    <button class="button" onClick=${() => operator.setDraft(queue.queue_id, {})}>Discard</button>
    <button class="button is-main" form="ladder" type="submit">Save order</button>`;
}

function Figures({ operator, queue, now }) {
  const found = figures(queue);
  const since = queue.waiting_since ? now - Date.parse(queue.waiting_since) : null;
  const [report] = useAsked(() => operator.reports.get({ since: midnight(), by: "queue", zone: ZONE }), [queue.queue_id], 60_000);
  const waits = report?.groups.find((group) => group.queue === queue.queue_id)?.waits?.person;
  const cells = [
    ["Waiting", queue.waiting, since === null ? "nobody waits" : `longest ${long(since)}`],
    ["Wait now", queue.wait ? waitRange(queue.wait) : "–", waits?.count ? `median today ${seconds(waits.p50_s)}` : "no waits today"],
    ["Free slots", found.slots ? `${found.free} of ${found.slots}` : "0", `${found.available === 1 ? "1 person" : `${found.available} people`} available`],
    ["Bots hold", found.botsHold, `${plural(found.botsThere, "bot")} connected`],
    ["People hold", found.peopleHold, found.wrapUp ? `${found.wrapUp} in wrap-up` : "nobody in wrap-up"],
  ];
  return html`<dl class="figures">${cells.map(([name, value, about]) => html`<div><dt>${name}</dt><dd><b>${value}</b><span>${about}</span></dd></div>`)}</dl>`;
}
