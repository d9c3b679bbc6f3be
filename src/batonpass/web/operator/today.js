// The day so far in three small charts, at the foot of a queue's page.

import { html } from "../desk/ui.js";
import { Bars, Lines } from "./charts.js";
import { useAsked } from "./parts.js";
import { ZONE, byKind, holding, midnight, waits } from "./report.js";
import { KINDS, long, plural, seconds } from "./said.js";

export function Today({ operator, queue }) {
  const ask = () => operator.reports.get({ since: midnight(), by: "hour,queue", zone: ZONE });
  const [report] = useAsked(ask, [queue.queue_id], 60_000);
  const totals = () => operator.reports.get({ since: midnight(), by: "queue", zone: ZONE });
  const [whole] = useAsked(totals, [queue.queue_id], 60_000);
  if (!report || !whole) return null;
  const hours = waits(report.groups.filter((group) => group.queue === queue.queue_id));
  const group = whole.groups.find((one) => one.queue === queue.queue_id);
  const waited = group?.waits?.person;
  const held = group ? holding(group) : [];
  const kinds = byKind(group?.handoffs).filter(({ kind }) => kind !== "arrival").slice(0, 4);
  return html`<section class="today" aria-label=${`${queue.name} today`}>
    <div><h3>Wait for a person <span class="quiet">today, target ${long(report.service_level_s * 1000)}</span></h3>
      ${hours[1].filter((value) => value !== null).length > 1
        ? html`<p class="keys"><span class="key">half</span><span class="key is-dashed">nine of ten</span></p><${Lines} label="Waits for a person by the hour, half and nine tenths of them" data=${hours} series=${[{ label: "p50" }, { label: "p90", dash: [4, 3] }]} target=${report.service_level_s} />`
        : html`<p class="quiet">${waited?.count ? `Half of ${plural(waited.count, "customer")} within ${seconds(waited.p50_s)}, nine of ten within ${seconds(waited.p90_s)}.` : "Nobody has waited today."}</p>`}</div>
    <div><h3>Time holding the baton</h3>
      ${group?.chats?.started ? html`<${Bars} rows=${held.map(({ name, kind, seconds }) => ({ name, kind, value: seconds, words: long(seconds * 1000) }))} />
        <p class="quiet">${plural(group.chats.started, "conversation")} today</p>` : html`<p class="quiet">No conversations today.</p>`}</div>
    <div><h3>Hand-offs</h3>
      ${kinds.length ? html`<${Bars} rows=${kinds.map(({ kind, count }) => ({ name: KINDS[kind] ?? kind, value: count, words: String(count) }))} />` : html`<p class="quiet">No hand-offs today.</p>`}</div>
  </section>`;
}
