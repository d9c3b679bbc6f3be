// Hand-back: when and where each queue hands a chat back to a bot.

import { useState } from "preact/hooks";
import { html } from "../desk/ui.js";
import { nested, replacing } from "./patch.js";
import { Head, Loading, Refusal } from "./parts.js";

const WHEN = {
  command: "An agent asks for it", resolved: "It is resolved, instead of the close", idle: "A person holds and nobody writes", agent_lost: "A person is lost, instead of another one",
  queue_wait: "Nobody came within the longest wait", out_of_hours: "It waits for a person and the queue is closed",
};
const TARGETS = { next: "The next bot on the ladder", previous: "The bot that held it before", queue: "Another queue", agent: "A bot by name" };

export function HandBack({ operator }) {
  const queues = operator.configuration.table("queues");
  if (!queues) return html`<${Loading} />`;
  return html`<${Head} title="Hand-back" about="When and where each queue hands a chat back to a bot." />
    ${Object.keys(queues).map((id) => html`<${Policy} key=${id} operator=${operator} id=${id} />`)}`;
}

function Policy({ operator, id }) {
  const { configuration, floor } = operator;
  const stored = configuration.table("queues", id, "hand_back") ?? {};
  const [draft, setDraft] = useState(null);
  const [problem, setProblem] = useState(null);
  const now = draft ?? { when: ["command"], target: "next", ...stored };
  const put = (more) => setDraft({ ...now, ...more });
  const save = async (event) => {
    event.preventDefault();
    const table = Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined && value !== ""));
    try {
      await configuration.change(nested(["queues", id, "hand_back"], replacing(configuration.table("queues", id, "hand_back"), table)), `Hand-back of ${id}`);
      setDraft(null);
      setProblem(null);
      operator.toast("Saved, and in force");
    } catch (refused) {
      if (refused.status === 412) await configuration.load();
      setProblem(refused);
    }
  };
  const bots = Object.entries(configuration.table("agents") ?? {}).filter(([, agent]) => agent.kind === "bot");
  const number = (name, words, fallback) => html`<label for=${`${id}-${name}`}>${words}</label><span class="field"><input id=${`${id}-${name}`} type="number" min="0" max="604800" placeholder=${fallback} value=${now[name] ?? ""} onInput=${(event) => put({ [name]: event.target.value === "" ? undefined : Number(event.target.value) })} /> seconds</span>`;
  return html`<form class="card policy" onSubmit=${save} aria-labelledby=${`policy-${id}`}>
    <h2 id=${`policy-${id}`} dir="auto">${floor.queueName(id)}</h2>
    <${Refusal} problem=${problem} lead="Not saved." drop=${() => setProblem(null)} />
    <fieldset disabled=${configuration.readOnly}><legend>When</legend>${Object.entries(WHEN).map(([name, words]) => html`<label class="check" key=${name}><input type="checkbox" checked=${now.when.includes(name)} onChange=${(event) => put({ when: event.target.checked ? [...now.when, name] : now.when.filter((one) => one !== name) })} />${words}</label>`)}</fieldset>
    <fieldset class="stack" disabled=${configuration.readOnly}><legend>Where to</legend>
      <label class="unseen" for=${`${id}-target`}>Target</label><select id=${`${id}-target`} value=${now.target} onChange=${(event) => put({ target: event.target.value, id: undefined })}>${Object.entries(TARGETS).map(([name, words]) => html`<option value=${name}>${words}</option>`)}</select>
      ${now.target === "queue" && html`<label for=${`${id}-id`}>Queue</label><select id=${`${id}-id`} required value=${now.id ?? ""} onChange=${(event) => put({ id: event.target.value })}><option value="">Choose</option>${floor.queues.value.map((queue) => html`<option value=${queue.queue_id}>${queue.name}</option>`)}</select>`}
      ${now.target === "agent" && html`<label for=${`${id}-id`}>Bot</label><select id=${`${id}-id`} required value=${now.id ?? ""} onChange=${(event) => put({ id: event.target.value })}><option value="">Choose</option>${bots.map(([name, agent]) => html`<option value=${name}>${agent.name ?? name}</option>`)}</select>`}
      ${now.when.includes("idle") && number("idle", "Nobody has written for", 600)}
      ${number("cool_down", "At the earliest again after", 60)}
    </fieldset>
    ${draft && html`<div class="act-buttons"><button class="button" type="button" onClick=${() => (setDraft(null), setProblem(null))}>Discard</button><button class="button is-main" type="submit">Save</button></div>`}
  </form>`;
}
