// One chat, to be read and acted on. Supervisors get no entries pushed: what is new is asked for while it is open.

import { useEffect, useState } from "preact/hooks";
import { Baton, Icon, clock, html } from "../desk/ui.js";
import { batonModel } from "../baton.js";
import { Acts } from "./acting.js";
import { Head, Loading, Refusal, StoryBaton } from "./parts.js";
import { Reading } from "./reading.js";
import { STATUSES, customer } from "./said.js";

const EVERY_MS = 2_000;

export function Chat({ operator, id }) {
  const { floor } = operator;
  const [entries, problem] = useTimeline(operator, id);
  const [details, again] = useDetails(operator, id, entries.length);
  const conversation = floor.conversation(id);
  if (problem && !entries.length) return html`<${Head} title="Chat" /><${Refusal} problem=${problem} lead="Not read." /><a href="#/conversations">All chats</a>`;
  if (!details) return html`<${Loading} />`;
  const name = customer({ conversation_id: id, customer: details.customer });
  const status = conversation?.status ?? details.status;
  return html`
    <${Head} title=${name} about=${html`<a href="#/conversations">All chats</a>, ${STATUSES[status] ?? status}${conversation ? `, ${floor.queueName(conversation.queue)}` : ""}`}>
      <button class="button" onClick=${() => operator.explain(id)}><${Icon} name="why" />Why this agent?</button>
    <//>
    ${conversation ? html`<${StoryBaton} floor=${floor} conversation=${conversation} />` : html`<${PastBaton} details=${details} now=${floor.now(clock.value)} />`}
    <div class="chat-page">
      <section class="reading" aria-label="Timeline"><${Reading} entries=${entries} me=${floor.me.value?.id} /></section>
      <aside class="chat-side" aria-label="About this chat">
        ${status !== "closed" && html`<${Acts} operator=${operator} id=${id} conversation=${conversation} done=${again} />`}
        <${About} details=${details} />
      </aside>
    </div>`;
}

function PastBaton({ details, now }) {
  const model = batonModel({ parts: details.baton, closed: details.status === "closed" }, { now });
  return html`<div class="baton-room"><${Baton} model=${model} /></div>`;
}

/** Every entry from the first on, and what comes while the page is open. */
function useTimeline(operator, id) {
  const [state, setState] = useState({ entries: [], problem: null });
  useEffect(() => {
    let mine = true;
    let upto = 0;
    let timer = null;
    const read = async () => {
      try {
        const page = await operator.rest.get(`/supervisor/conversations/${encodeURIComponent(id)}/timeline`, { after: upto, limit: 200 });
        if (!mine) return;
        upto = page.upto;
        setState((last) => ({ entries: page.entries.length ? [...last.entries, ...page.entries] : last.entries, problem: null }));
        timer = setTimeout(read, page.more ? 0 : EVERY_MS);
      } catch (problem) {
        if (!mine) return;
        setState((last) => ({ ...last, problem }));
        if (problem.retryable) timer = setTimeout(read, EVERY_MS);
      }
    };
    read();
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [id]);
  return [state.entries, state.problem];
}

function useDetails(operator, id, count) {
  const [details, setDetails] = useState(null);
  const ask = () => operator.rest.get(`/supervisor/conversations/${encodeURIComponent(id)}`).then(setDetails, () => {});
  useEffect(() => void ask(), [id, count]);
  return [details, ask];
}

/** What of a summary is not empty, in the order of the desk's card; the giver's own text stands in its place. */
function summaryLines({ next_step: next, issue, transfer_reason: reason, steps, outcome, facts }) {
  const tried = (steps ?? []).map((step) => [step.by, step.what ?? step.text].filter(Boolean).join(": ")).filter(Boolean).join("; ");
  const lines = [["Next", next], ["Issue", issue], ["Reason", reason], ["Tried", tried], ["Outcome", outcome === "unknown" ? "" : outcome], ...(facts ?? []).map((fact) => [fact.name, fact.value])];
  return lines.filter(([, value]) => value);
}

function About({ details }) {
  const variables = Object.entries(details.variables).filter(([name]) => name !== "name");
  const told = details.handoffs.findLast((handoff) => handoff.summary || handoff.note);
  return html`
    ${told?.summary && html`<div class="card"><h2>Summary</h2><dl class="facts">
      ${summaryLines(told.summary).map(([name, value]) => html`<div key=${name}><dt dir="auto">${name}</dt><dd><span dir="auto">${value}</span></dd></div>`)}
    </dl></div>`}
    ${told?.note && html`<div class="note-card"><p><${Icon} name="lock" size=${14} /><b>Note${told.giver ? ` from ${told.giver.name}` : ""}. Team only.</b></p><p dir="auto">${told.note}</p></div>`}
    <div class="card"><h2>In this chat</h2>
      ${details.stints.filter((stint) => stint.state === "live").map((stint) => html`<p key=${stint.stint_id}><b dir="auto">${stint.agent.name}</b> <span class="quiet">${stint.role}</span></p>`)}
      ${!details.stints.some((stint) => stint.state === "live") && html`<p class="quiet">Nobody now.</p>`}
    </div>
    ${variables.length > 0 && html`<div class="card"><h2>Context <span class="quiet">${variables.length}</span></h2><dl class="facts">${variables.map(([name, value]) => html`<div key=${name}><dt dir="auto">${name}</dt><dd><span dir="auto">${value}</span></dd></div>`)}</dl></div>`}
    <p class="quiet mono">${details.conversation_id}</p>`;
}
