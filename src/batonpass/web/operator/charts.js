// Charts: lines by uPlot, bars as plain elements; beside each a table with the same numbers.

import { useEffect, useRef } from "preact/hooks";
import { html } from "../desk/ui.js";
import { seconds } from "./said.js";

/** Lines over time. `data` is uPlot's: `[times in s, values, ...]`; `series` are `[{label, dash?}]`; `target` a line across. */
export function Lines({ label, data, series, target = null, height = 120, format = seconds, days = false }) {
  const place = useRef(null);
  useEffect(() => {
    let chart = null;
    let gone = false;
    const draw = async () => {
      const { default: Plot } = await import("../vendor/uPlot.esm.js");
      if (gone || !place.current) return;
      chart?.destroy();
      place.current.replaceChildren();
      chart = new Plot(options(place.current, { series, target, height, format, days, data }), withTarget(data, target), place.current);
    };
    draw();
    const sized = new ResizeObserver(() => chart && place.current && Math.abs(chart.width - place.current.clientWidth) > 2 && chart.setSize({ width: place.current.clientWidth, height }));
    sized.observe(place.current);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => {
      gone = true;
      sized.disconnect();
      dark.removeEventListener("change", draw);
      chart?.destroy();
    };
  }, [JSON.stringify(data), height]);
  return html`<div class="lines" role="img" aria-label=${label} ref=${place}></div>`;
}

const STEPS_OF_TIME = [1, 2, 3, 6, 12, 24, 48, 168, 336].map((hours) => hours * 3600);
const STEPS_OF_WAITS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];

function withTarget(data, target) {
  return target === null ? data : [...data, data[0].map(() => target)];
}

function options(node, { series, target, height, format, days, data }) {
  const tokens = getComputedStyle(node);
  const colour = (name) => tokens.getPropertyValue(name).trim();
  const ink3 = colour("--ink3");
  const axis = { stroke: ink3, font: `11px ${tokens.fontFamily}`, ticks: { show: false }, grid: { stroke: colour("--line"), width: 1 } };
  const lines = series.map(({ label, dash }) => ({ label, stroke: colour("--ink"), width: dash ? 1.5 : 2, dash, spanGaps: true, points: { show: data[0].length < 3 }, value: (_, value) => format(value) }));
  if (target !== null) lines.push({ label: "Target", stroke: colour("--person"), width: 1, dash: [2, 3], points: { show: false } });
  return {
    width: node.clientWidth || 240, height, legend: { show: false }, padding: [8, 20, 0, 0], cursor: { y: false, points: { size: 6 } },
    scales: { y: { range: (_, low, high) => [0, Math.max(high ?? 0, target ?? 0, 1) * 1.1] } },
    series: [{}, ...lines],
    axes: [
      { ...axis, size: 24, space: 50, incrs: STEPS_OF_TIME, values: (_, times) => times.map((time) => stamp(time * 1000, days)), grid: { show: false } },
      { ...axis, size: 44, space: 34, ...(format === seconds ? { incrs: STEPS_OF_WAITS } : {}), values: (_, values) => values.map((value) => format(value)) },
    ],
  };
}

function stamp(at, days) {
  const shape = days ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat("en-GB", shape).format(new Date(at));
}

/** Bars: `[{name, value, words, kind?}]`; their lengths are shares of the greatest. */
export function Bars({ rows }) {
  const most = Math.max(...rows.map((row) => row.value), 0);
  return html`<ul class="bars">${rows.map((row) => html`<li key=${row.name}><span dir="auto">${row.name}</span><${Bar} share=${most ? row.value / most : 0} kind=${row.kind} /><b>${row.words}</b></li>`)}</ul>`;
}

function Bar({ share, kind = "plain" }) {
  const ref = useRef(null);
  // Through the style object: a `style` attribute would break the content security policy.
  useEffect(() => void ref.current.style.setProperty("inline-size", `${Math.round(share * 1000) / 10}%`), [share]);
  return html`<span class="bar-track" aria-hidden="true"><i ref=${ref} class=${`bar-fill is-${kind}`}></i></span>`;
}

/** The same numbers as a table, for those who do not see the chart. */
export function Numbers(table) {
  return html`<details class="numbers"><summary>Table</summary><${Table} ...${table} /></details>`;
}

/** A table of figures, its first column the names. */
export function Table({ heads, rows, caption }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table><caption class="unseen">${caption}</caption>
    <thead><tr>${heads.map((head, index) => html`<th class=${index ? "end" : ""} scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => (index ? html`<td class="end">${cell}</td>` : html`<th scope="row" dir="auto">${cell}</th>`))}</tr>`)}</tbody>
  </table></div>`;
}
