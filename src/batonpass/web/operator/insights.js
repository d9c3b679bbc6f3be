// Insights: a window of time as charts, each with its table, and the same as CSV.

import { useState } from "preact/hooks";
import { html } from "../desk/ui.js";
import { Bars, Lines, Numbers, Table } from "./charts.js";
import { Empty, Head, Loading, Refusal, useAsked } from "./parts.js";
import { ZONE, byKind, holding, midnight, waits } from "./report.js";
import { KINDS, long, moment, percent, plural, seconds } from "./said.js";

const WINDOWS = { today: ["Today", 0, "hour"], week: ["7 days", 6, "day"], month: ["30 days", 29, "day"] };

export function Insights({ operator }) {
  const [range, setRange] = useState("today");
  const [queue, setQueue] = useState("");
  const [, ago, step] = WINDOWS[range];
  const asked = (by) => ({ since: midnight(ago), by, zone: ZONE });
  const ask = async () => {
    // Only what is looked at: a report reads many rows.
    const wanted = queue ? [`${step},queue`, "queue", "agent"] : [step, "agent"];
    const reports = await Promise.all(wanted.map((by) => operator.reports.get(asked(by))));
    const [times, agents] = [reports[0], reports.at(-1)];
    return { times, agents, queues: queue ? reports[1] : null };
  };
  const [found, problem] = useAsked(ask, [range, queue], 60_000);
  const [refused, setRefused] = useState(null);
  const csv = async (table) => {
    try {
      await download(await operator.rest.blob("/insights.csv", { ...asked(`${step},queue`), table }), `batonpass-${table}.csv`);
    } catch (error) {
      setRefused(error);
    }
  };
  return html`<${Head} title="Insights" about=${`From ${moment(midnight(ago))} on, by the clock here (${ZONE}).`}>
      <div class="tabs" role="group" aria-label="Window">${Object.entries(WINDOWS).map(([name, [words]]) => html`<button key=${name} class="tab" aria-pressed=${range === name} onClick=${() => setRange(name)}>${words}</button>`)}</div>
      <label class="unseen" for="of-queue">Queue</label><select id="of-queue" value=${queue} onChange=${(event) => setQueue(event.target.value)}><option value="">All queues</option>${operator.floor.queues.value.map((one) => html`<option value=${one.queue_id}>${one.name}</option>`)}</select>
      <button class="button" onClick=${() => csv("figures")}>Figures, CSV</button>
      <button class="button" onClick=${() => csv("handoffs")}>Hand-offs, CSV</button>
    <//>
    <${Refusal} problem=${refused ?? problem} lead="Not read." drop=${refused && (() => setRefused(null))} />
    ${!found && !problem && html`<${Loading} />`}
    ${found && html`<${Report} operator=${operator} found=${found} queue=${queue} days=${step === "day"} />`}`;
}

const ENDS = { resolved: "Resolved", customer_ended: "By customer", unanswered: "Unanswered", idle: "Silence", abandoned: "Abandoned", contact_left: "Left contact", supervisor: "By supervisor", hours: "Out of hours" };

async function download(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function Report({ operator, found, queue, days }) {
  const { floor } = operator;
  const total = queue ? found.queues?.groups.find((group) => group.queue === queue) : found.times.total;
  if (!total?.chats?.started) return html`<${Empty} title="No chats in this window">What begins in it is counted here.<//>`;
  const times = queue ? found.times.groups.filter((group) => group.queue === queue) : found.times.groups;
  const rows = [...times].sort((a, b) => (a.time < b.time ? -1 : 1));
  const data = waits(rows);
  const held = holding(total);
  const kinds = byKind(total.handoffs);
  const { chats, waits: waited, csat, offers } = total;
  const target = found.times.service_level_s;
  const tiles = [
    ["Chats", chats.started, `${chats.unfinished} still open`],
    ["Within target", percent(waited.service_level), waited.person.count + waited.lost_after.count ? `of ${plural(waited.person.count + waited.lost_after.count, "wait")}, ${long(target * 1000)}` : `no waits yet, ${long(target * 1000)}`],
    ["Contained by bots", percent(chats.containment_rate), `${chats.contained} never met a person`],
    ["Given up", percent(waited.abandonment_rate), `${waited.abandoned + waited.contact_left + waited.unanswered} customers`],
    ["Satisfaction", csat?.mean ? csat.mean.toFixed(1) : "–", csat?.asked ? `${csat.answered} of ${csat.asked} answered` : "nobody was asked"],
  ];
  const stamp = (time) => new Intl.DateTimeFormat("en-GB", days ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(time));
  return html`
    <dl class="figures">${tiles.map(([name, value, about]) => html`<div key=${name}><dt>${name}</dt><dd><b>${value}</b><span>${about}</span></dd></div>`)}</dl>
    <div class="charts">
      <section class="chart is-wide"><h2>Wait for a person <span class="quiet">until somebody came, target ${long(target * 1000)}</span></h2>
        ${waited.person.count && data[1].filter((value) => value !== null).length < 2 ? html`<p>Half of ${plural(waited.person.count, "customer")} waited up to ${seconds(waited.person.p50_s)}, nine of ten up to ${seconds(waited.person.p90_s)}.</p>` : waited.person.count ? html`<p class="keys"><span class="key">half within</span><span class="key is-dashed">nine of ten within</span></p>
          <${Lines} label="Wait for a person over time" data=${data} series=${[{ label: "p50" }, { label: "p90", dash: [4, 3] }]} target=${target} height=${180} days=${days} />` : html`<p class="quiet">Nobody waited for a person.</p>`}
        <${Numbers} caption="Waits for a person" heads=${["When", "Waits", "Half within", "Nine of ten within", "Longest"]} rows=${rows.map((group) => { const { count, p50_s: half, p90_s: most, max_s: longest } = group.waits?.person ?? {}; return [stamp(group.time), count ?? 0, seconds(half), seconds(most), seconds(longest)]; })} /></section>
      <section class="chart"><h2>Time holding the baton</h2>
        <${Bars} rows=${held.map(({ name, kind, seconds: value }) => ({ name, kind, value, words: long(value * 1000) }))} />
        <${Numbers} caption="Time holding the baton" heads=${["Who", "Time"]} rows=${held.map(({ name, seconds: value }) => [name, long(value * 1000)])} /></section>
      <section class="chart"><h2>Hand-offs by kind</h2>
        ${kinds.length ? html`<${Bars} rows=${kinds.map(({ kind, count }) => ({ name: KINDS[kind] ?? kind, value: count, words: String(count) }))} />` : html`<p class="quiet">None.</p>`}
        <${Numbers} caption="Hand-offs by kind and outcome" heads=${["Kind", "Outcome", "Count"]} rows=${[...(total.handoffs ?? [])].sort((a, b) => b.count - a.count).map(({ kind, state, reason, count }) => [KINDS[kind] ?? kind, `${state}${reason ? `, ${reason.replaceAll("_", " ")}` : ""}`, count])} /></section>
      <section class="chart"><h2>Chats over time</h2>
        ${rows.length > 1 ? html`<${Lines} label="Chats that began" data=${[rows.map((group) => Date.parse(group.time) / 1000), rows.map((group) => group.chats?.started ?? 0)]} series=${[{ label: "Chats" }]} height=${140} days=${days} format=${(value) => String(Math.round(value))} />` : html`<p class="quiet">One stretch of time so far.</p>`}
        <${Numbers} caption="Chats over time" heads=${["When", "Began", "Met a person", "Contained"]} rows=${rows.map((group) => [stamp(group.time), group.chats?.started ?? 0, group.chats?.with_person ?? 0, group.chats?.contained ?? 0])} /></section>
      <section class="chart"><h2>Satisfaction <span class="quiet">1 is bad, 5 is good</span></h2>
        ${csat?.answered ? html`<${Bars} rows=${[5, 4, 3, 2, 1].map((score) => ({ name: `${score}`, value: csat.scores[score] ?? 0, words: String(csat.scores[score] ?? 0) }))} />` : html`<p class="quiet">No answers in this window.</p>`}
        ${csat?.answered > 0 && html`<${Numbers} caption="Answers by score" heads=${["Score", "Answers"]} rows=${[5, 4, 3, 2, 1].map((score) => [score, csat.scores[score] ?? 0])} />`}</section>
      <section class="chart"><h2>Offers to people</h2>
        ${offers?.made ? html`<${Bars} rows=${[["Accepted", offers.accepted], ["Declined", offers.declined], ["Missed", offers.missed], ["Withdrawn", offers.withdrawn]].map(([name, value]) => ({ name, value, words: String(value) }))} />
          <p class="quiet">Half were accepted within ${seconds(offers.until_accepted.p50_s)}.</p>` : html`<p class="quiet">No offers in this window.</p>`}</section>
      <section class="chart"><h2>How chats ended</h2>
        ${chats.closed ? html`<${Bars} rows=${Object.entries(chats.by_close_reason).sort((a, b) => b[1] - a[1]).map(([reason, value]) => ({ name: ENDS[reason] ?? reason.replaceAll("_", " "), value, words: String(value) }))} />` : html`<p class="quiet">None has ended yet.</p>`}</section>
      <section class="chart is-wide"><h2>By agent</h2>
        <${Table} caption="By agent" heads=${["Agent", "Held", "Half of them within", "After-work", "Accepted", "Missed", "Satisfaction"]} rows=${found.agents.groups.map((group) => agentRow(group, floor))} /></section>
    </div>`;
}

function agentRow(group, floor) {
  const { handling, offers, csat } = group;
  const member = floor.queues.value.flatMap((queue) => queue.members).find(({ agent }) => agent.id === group.agent);
  const held = handling?.bot.count ? handling.bot : handling?.talking;
  return [member?.agent.name ?? group.agent ?? "", held?.count ?? 0, seconds(held?.p50_s), seconds(handling?.after_work.p50_s), offers?.accepted ?? 0, offers?.missed ?? 0, csat?.mean ? csat.mean.toFixed(1) : "–"];
}
