// The capacity ladder on the screen: drag, Alt with arrow keys, or the number itself; and who would get what under an
// order that is not saved.

import { useEffect, useRef, useState } from "preact/hooks";
import { countdown } from "../format.js";
import { Avatar, Icon, html } from "../desk/ui.js";
import { ladderRows, membersTable, move, set, slotMarks, standing } from "./ladder.js";
import { Empty, Refusal, Standing } from "./parts.js";
import { nested } from "./patch.js";
import { KINDS, long } from "./said.js";

export function Ladder({ operator, queue, now }) {
  const { configuration } = operator;
  const draft = operator.draft(queue.queue_id);
  const rows = ladderRows(queue.members, draft);
  const may = operator.admin && !configuration.readOnly && Boolean(configuration.state.value);
  const change = (next) => operator.setDraft(queue.queue_id, next);
  const [course, problem] = useCourse(operator, queue, draft);
  const [refused, setRefused] = useState(null);
  const [said, setSaid] = useState("");
  const shift = (id, to) => {
    const next = move(queue.members, draft, id, to);
    change(next);
    const place = ladderRows(queue.members, next).findIndex((row) => row.id === id);
    setSaid(`Place ${place + 1} of ${rows.length}`);
  };
  const save = async (event) => {
    event.preventDefault();
    setRefused(await saved(operator, queue, draft));
  };
  const dragging = useDrag(rows, shift);
  const next = course?.find((step) => step.kind === "escalation")?.agent?.id;
  return html`<section aria-labelledby="ladder-title">
    <div class="section-head"><h2 id="ladder-title">Capacity ladder</h2><p class="quiet">${about(queue, may, configuration)}</p></div>
    <${Refusal} problem=${refused} lead="Not saved." drop=${() => setRefused(null)} />
    <form id="ladder" class="ladder" onSubmit=${save}>
      <table>
        <thead><tr><th class="grip-cell"><span class="unseen">Move</span></th><th>Prio.</th><th>Agent</th><th>Slots</th><th>State</th><th class="end">Idle for</th>${may && html`<th class="remove-cell"><span class="unseen">Remove</span></th>`}</tr></thead>
        <tbody ref=${dragging.body}>
          ${rows.map((row, place) => html`<${Row} key=${row.id} row=${row} place=${place} may=${may} now=${now} isNext=${row.id === next} dragging=${dragging} remove=${() => removed(operator, queue, row.member.agent, setRefused)}
            shift=${shift} set=${(text) => change(set(queue.members, draft, row.id, text))} />`)}
        </tbody>
      </table>
      ${!rows.length && html`<${Empty} title="Nobody serves this queue">${may ? "Add somebody below." : "An admin adds agents to it."}<//>`}
      ${may && html`<${AddMember} operator=${operator} queue=${queue} refuse=${setRefused} />`}
      ${course && html`<${Course} operator=${operator} course=${course} queue=${queue} changed=${Object.keys(draft).length > 0} />`}
      ${problem && html`<${Refusal} problem=${problem} lead="This order cannot be tried." />`}
    </form>
    <div class="unseen" role="status">${said}</div>
  </section>`;
}

function about(queue, may, configuration) {
  if (may) return "Higher first; equals by free slots, then idle time. Drag, or Alt with arrow keys.";
  if (configuration.readOnly) return "Higher first. The order stands in the configuration file; change it there.";
  return "Higher first; equals by free slots, then idle time. An admin changes the order.";
}

function Row({ row, place, may, now, isNext, dragging, shift, remove, set: put }) {
  const [sure, setSure] = useState(false);
  const { member, id } = row;
  const { agent } = member;
  const name = agent.name;
  const stands = standing(member);
  const press = (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    shift(id, place + (event.key === "ArrowUp" ? -1 : 1));
  };
  const dragged = dragging.id === id;
  return html`<tr class=${`${dragged ? "is-dragged" : ""}${row.was === null ? "" : " is-changed"}`} data-agent=${id} onKeyDown=${may ? press : null}>
    <td class="grip-cell">${may && html`<button type="button" class="grip" aria-label=${`Move ${name}`} aria-description="Alt with arrow keys, or drag" onPointerDown=${(event) => dragging.start(event, id)}><${Icon} name="grip" /></button>`}</td>
    <td class="prio">${may
      ? html`<input type="number" step="1" min="-1000000" max="1000000" required aria-label=${`Priority of ${name}`} value=${row.priority} onChange=${(event) => put(event.target.value)} />`
      : html`<b>${row.priority}</b>`}</td>
    <td class="agent-cell"><span class="agent-line"><${Avatar} kind=${agent.kind} name=${name} /><a href=${`#/agents/${encodeURIComponent(id)}`}><b dir="auto">${name}</b></a>
      ${member.skills?.length > 0 && html`<span class="quiet skills">${member.skills.join(", ")}</span>`}
      ${isNext && html`<span class="tag is-good">Next</span>`}
      ${row.was !== null && html`<span class="tag">was ${row.was}</span>`}</span></td>
    <td><${Slots} member=${member} /></td>
    <td><${Standing} shape=${stands.shape}>${stands.word}${stands.until && html`<span class="left">, ${countdown(Date.parse(stands.until) - now)}</span>`}<//></td>
    <td class="end">${member.idle_since && stands.shape === "disc" ? long(Math.max(0, now - Date.parse(member.idle_since))) : ""}</td>
    ${may && html`<td class="remove-cell">${sure ? html`<button type="button" class="button is-small" onClick=${remove} onBlur=${() => setSure(false)}>Remove</button>` : html`<button type="button" class="plain" aria-label=${`Take ${name} out of this queue`} onClick=${() => setSure(true)}><${Icon} name="close" size=${14} /></button>`}</td>`}
  </tr>`;
}

export function Slots({ member }) {
  const marks = slotMarks(member);
  const { capacity, slots_used: used, live = 0 } = member;
  if (capacity == null) return html`<span>${live} ${live === 1 ? "chat" : "chats"}</span>`;
  if (!marks) return html`<span>${used} of ${capacity}</span>`;
  return html`<span class="dots" role="img" aria-label=${`${used} of ${capacity} used`}>${marks.map((kind) => html`<i class=${`slot is-${kind}`}></i>`)}</span>`;
}

/** An agent who is no member yet; it comes to the foot of the ladder. */
function AddMember({ operator, queue, refuse }) {
  const members = new Set(queue.members.map(({ agent }) => agent.id));
  const others = Object.entries(operator.configuration.table("agents") ?? {}).filter(([id]) => !members.has(id));
  if (!others.length) return null;
  const lowest = Math.min(...queue.members.map((member) => member.capacity_priority), 60);
  const add = async (event) => {
    const id = event.target.value;
    event.target.value = "";
    if (id) await changed(operator, refuse, "PUT", queue, id, { capacity_priority: lowest - 10 }, `${operator.configuration.table("agents", id)?.name ?? id} serves ${queue.name} now`);
  };
  return html`<p class="add-member"><label for="add-member">Add to this queue</label><select id="add-member" onChange=${add}><option value="">Choose an agent</option>${others.map(([id, agent]) => html`<option value=${id}>${agent.name ?? id}</option>`)}</select></p>`;
}

function removed(operator, queue, agent, refuse) {
  return changed(operator, refuse, "DELETE", queue, agent.id, undefined, `${agent.name} serves ${queue.name} no more`);
}

async function changed(operator, refuse, method, queue, id, body, words) {
  try {
    await operator.rest.ask(method, `/admin/queues/${encodeURIComponent(queue.queue_id)}/members/${encodeURIComponent(id)}`, { body, ifMatch: operator.configuration.state.value.version });
    await operator.configuration.load();
    refuse(null);
    operator.toast(words);
  } catch (problem) {
    if (problem.status === 412) await operator.configuration.load();
    refuse(problem);
  }
}

function Course({ operator, course, queue, changed }) {
  return html`<p class="course" role="status"><span class="quiet">${changed ? "With this order, right now:" : "Right now:"}</span>
    ${course.map((step) => html`<span class="course-step" key=${step.kind}>${KINDS[step.kind]} <${Icon} name="arrow" size=${14} /> <b dir="auto">${step.agent?.name ?? "nobody, it waits"}</b>${step.queue !== queue.queue_id && html`<span class="quiet"> in ${operator.floor.queueName(step.queue)}</span>`}</span>`)}
  </p>`;
}

/** Who would get an arrival, an escalation, a hand-back: asked again when the order or who is there has changed. */
function useCourse(operator, queue, draft) {
  const { configuration, admin } = operator;
  const [state, setState] = useState({ course: null, problem: null });
  const version = configuration.state.value?.version;
  const members = configuration.table("queues", queue.queue_id, "members");
  const moved = JSON.stringify([queue.members.map(({ agent, presence, reachable, slots_used: used }) => [agent.id, presence, reachable, used]), draft, version]);
  useEffect(() => {
    if (!admin || !members) return undefined;
    let mine = true;
    const patch = nested(["queues", queue.queue_id, "members"], membersTable(members, draft));
    const timer = setTimeout(async () => {
      try {
        const { course } = await configuration.preview(patch, { queue: queue.queue_id, course: true });
        if (mine) setState({ course, problem: null });
      } catch (problem) {
        if (mine) setState({ course: null, problem: problem.code === "offline" ? null : problem });
      }
    }, 150);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [moved]);
  return [state.course, state.problem];
}

/** Save the draft; what was refused is returned. */
async function saved(operator, queue, draft) {
  const { configuration } = operator;
  const members = configuration.table("queues", queue.queue_id, "members") ?? [];
  try {
    await configuration.change(nested(["queues", queue.queue_id, "members"], membersTable(members, draft)), `Order of ${queue.name}`);
    operator.setDraft(queue.queue_id, {});
    operator.toast("Order saved");
    return null;
  } catch (problem) {
    if (problem.status === 412) {
      await configuration.load();
      problem.message = "Somebody else changed the configuration meanwhile. Your order is kept here; look at the ladder and save again.";
    }
    return problem;
  }
}

/** Dragging by pointer: the row follows the place it would get; letting go there moves it. */
function useDrag(rows, shift) {
  const body = useRef(null);
  const [id, setId] = useState(null);
  const start = (event, agentId) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.target.closest("button").focus();
    setId(agentId);
    const at = (moving) => {
      const places = [...body.current.children];
      const to = places.findIndex((row) => moving.clientY < row.getBoundingClientRect().bottom);
      const from = places.findIndex((row) => row.dataset.agent === agentId);
      const place = to < 0 ? places.length - 1 : to;
      if (place !== from && from >= 0) live.current(agentId, place);
    };
    const end = () => {
      removeEventListener("pointermove", at);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      setId(null);
    };
    addEventListener("pointermove", at);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  };
  const live = useRef(shift);
  live.current = shift;
  return { body, id, start };
}
