// What a supervisor does to a chat; each with a reason that stands in its timeline.

import { useState } from "preact/hooks";
import { Icon, html } from "../desk/ui.js";
import { Reasoned, Refusal } from "./parts.js";

const ACTS = {
  monitor: { words: "Listen in", icon: "shown", why: "Unseen by the customer, and without a slot. The chat then stands at your desk.", done: "You listen in; the chat stands at your desk" },
  whispers: { words: "Whisper", icon: "lock", why: "To the representatives in the chat; the customer never sees it.", done: "Whispered" },
  "take-over": { words: "Take over", icon: "person", why: html`You hold it at once; a pending pass is called off, and the customer is told. <a href="/desk" target="_blank">Your desk</a> must be open.`, done: "You hold it; the chat stands at your desk" },
  assign: { words: "Assign", icon: "arrow", why: "A representative gets an offer; a bot holds at once.", done: "Assigned" },
  close: { words: "Close", icon: "close", why: "Whatever is pending ends, and the customer is told.", done: "Closed" },
};

export function Acts({ operator, id, done }) {
  const [open, setOpen] = useState(null);
  const [problem, setProblem] = useState(null);
  const acting = operator.floor.me.value;
  if (!acting && operator.floor.link.value === "up") return html`<p class="hint"><${Icon} name="why" size=${14} />Your account belongs to no representative, so you read here and do not act.</p>`;
  const choose = (name) => {
    setProblem(null);
    setOpen(open === name ? null : name);
  };
  const goes = async (name, body) => {
    try {
      await operator.rest.ask("POST", `/supervisor/conversations/${encodeURIComponent(id)}/${name}`, { body });
      operator.toast(ACTS[name].done);
      setOpen(null);
      setProblem(null);
      done();
    } catch (refused) {
      setProblem(refused);
    }
  };
  return html`<div class="acts">
    <div class="act-buttons">${Object.entries(ACTS).map(([name, act]) => html`<button key=${name} class="button" aria-expanded=${open === name} onClick=${() => choose(name)}><${Icon} name=${act.icon} size=${14} />${act.words}</button>`)}</div>
    <${Refusal} problem=${problem} lead="Not done." drop=${() => setProblem(null)} />
    ${open && html`<div class="card" key=${open}><p class="quiet">${ACTS[open].why}</p><${Form} operator=${operator} name=${open} goes=${(body) => goes(open, body)} /></div>`}
  </div>`;
}

function Form({ operator, name, goes }) {
  const [text, setText] = useState("");
  const [agent, setAgent] = useState("");
  const [force, setForce] = useState(false);
  const agents = new Map(operator.floor.queues.value.flatMap((queue) => queue.members.map(({ agent: one }) => [one.id, one])));
  const body = (reason) => {
    if (name === "whispers") return { content: { type: "text", text }, reason };
    if (name === "assign") return { agent_id: agent, reason, force };
    return name === "take-over" ? { reason, force } : { reason };
  };
  const more = html`
    ${name === "whispers" && html`<label for="whisper">Whisper</label><textarea id="whisper" rows="3" maxlength="4000" required value=${text} onInput=${(event) => setText(event.target.value)}></textarea>`}
    ${name === "assign" && html`<label for="to-agent">To</label><select id="to-agent" required value=${agent} onChange=${(event) => setAgent(event.target.value)}>
      <option value="">Choose</option>${[...agents.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select>`}
    ${["assign", "take-over"].includes(name) && html`<label class="check"><input type="checkbox" checked=${force} onChange=${(event) => setForce(event.target.checked)} />Also when ${name === "assign" ? "away or " : ""}without a free slot</label>`}`;
  return html`<${Reasoned} id="reason" label="Reason" go=${ACTS[name].words} goes=${(reason) => goes(body(reason))} more=${more} />`;
}
