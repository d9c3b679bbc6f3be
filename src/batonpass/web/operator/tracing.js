// "Why this agent?": a decision as steps, who was left after each, and the order of those who were.

import { useState } from "preact/hooks";
import { Avatar, Icon, clock, html } from "../desk/ui.js";
import { Loading, Refusal, StoryBaton, copied } from "./parts.js";
import { KINDS, SEEKS, customer, long } from "./said.js";
import { order, sentence, steps } from "./trace.js";

export function Trace({ operator, trace }) {
  const close = () => operator.closeTrace();
  const { found } = trace;
  return html`<aside class="trace" aria-label="Why this agent?">
    <header class="trace-head"><h2>Why this agent?</h2><button class="plain" aria-label="Close" onClick=${close}><${Icon} name="close" /></button></header>
    ${trace.state === "loading" && html`<${Loading} />`}
    ${trace.state === "failed" && html`<${Refusal} problem=${trace.problem} lead="Not explained." />
      <button class="button" onClick=${() => operator.explain(trace.id)}>Try again</button>`}
    ${found && html`<${Explained} key=${`${trace.id}/${found.handoff?.handoff_id}`} operator=${operator} found=${found} id=${trace.id} />`}
  </aside>`;
}

function Explained({ operator, found, id }) {
  const { floor } = operator;
  // A decision that was made is shown first; who would get it now is one press away.
  const [ahead, setAhead] = useState(!found.why);
  const conversation = floor.conversation(id);
  const why = ahead ? found.now : found.why;
  const seeks = ahead && found.hypothetical ? "representative" : found.handoff?.seeks ?? "any";
  const queue = floor.queueName(found.queue);
  const told = steps(why, { queue, seeks, skills: found.handoff?.skills, target: ahead && found.hypothetical ? "" : found.handoff?.target });
  const names = conversation ? customer(conversation) : `Customer ${id.slice(-4).toUpperCase()}`;
  return html`<div class="trace-body">
    <div class="card trace-card">
      <p class="quiet"><a href=${`#/conversations/${id}`} dir="auto">${names}</a>, ${context(found, ahead)}</p>
      ${conversation && html`<${StoryBaton} floor=${floor} conversation=${conversation} />`}
      <p class="verdict" dir="auto">${ahead && found.status === "closed" ? "The chat is closed; nobody would get it." : sentence(why)}</p>
    </div>
    ${told && html`<h3>Who was left after each step</h3>
      <ol class="steps">${told.map((step, index) => html`<${Step} key=${step.title} step=${step} number=${index + 1} />`)}</ol>`}
    ${ahead && html`<${Left} found=${found} now=${floor.now(clock.value)} />`}
  </div>
  <footer class="trace-foot">
    <button class="button grow" onClick=${() => again(operator, id, ahead, setAhead, found)}>${ahead ? (found.why ? "Why it went where it went" : "Ask again") : "Who would get it now?"}</button>
    <${Copy} found=${found} />
  </footer>`;
}

function again(operator, id, ahead, setAhead, found) {
  if (!ahead || found.why) setAhead(!ahead);
  if (!ahead || !found.why) operator.explain(id);
}

function context(found, ahead) {
  if (ahead) return found.hypothetical ? "were it passed on now" : "right now";
  const { handoff } = found;
  return handoff ? `${(KINDS[handoff.kind] ?? handoff.kind).toLowerCase()}, ${SEEKS[handoff.seeks] ?? handoff.seeks}` : "";
}

function Step({ step, number }) {
  return html`<li class="step">
    <span class="step-number" aria-hidden="true">${number}</span>
    <div class="step-words"><b dir="auto">${step.title}</b><span class="quiet">${step.about}</span>
      ${step.names.length > 0 && html`<details class="step-names"><summary>Who</summary><span dir="auto">${step.names.join(", ")}</span></details>`}
    </div>
    <b class="step-left">${step.left}</b>
    <meter class="step-bar" min="0" max="1" value=${step.share} aria-hidden="true"></meter>
  </li>`;
}

function Left({ found, now }) {
  const left = order(found.members, now);
  if (!left.length) return null;
  return html`<h3>${left.length === 1 ? "The one who was left" : `Order of the ${left.length}`}</h3>
    <table class="left"><thead><tr><th>Agent</th><th class="end">Priority</th><th class="end">Free</th><th class="end">Idle</th></tr></thead>
      <tbody>${left.map((one) => html`<tr key=${one.id}><td><span class="agent-line"><${Avatar} kind=${one.agent.kind} name=${one.agent.name} /><span dir="auto">${one.agent.name}</span></span></td><td class="end">${one.priority}</td><td class="end">${one.free === Infinity ? "any" : one.free}</td><td class="end">${one.idle === null ? "" : long(Math.max(0, one.idle))}</td></tr>`)}</tbody>
    </table>`;
}

function Copy({ found }) {
  const [done, setDone] = useState(null);
  const copy = async () => setDone(await copied(JSON.stringify(found, null, 2)));
  return html`<button class="button" onClick=${copy}>${done === null ? "Copy" : done ? "Copied" : "Not copied"}</button>`;
}

