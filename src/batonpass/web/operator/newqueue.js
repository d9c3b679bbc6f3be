// A new queue: its id and name; the rest stands in its settings.

import { useState } from "preact/hooks";
import { html } from "../desk/ui.js";
import { Head, Refusal } from "./parts.js";

export function NewQueue({ operator }) {
  const { configuration } = operator;
  const [problem, setProblem] = useState(null);
  const make = async (event) => {
    event.preventDefault();
    const { id, name, first } = Object.fromEntries(new FormData(event.target));
    const entry = configuration.table("entry") ?? [];
    // The last rule takes every chat; without one there is no way in.
    const enters = !entry.length ? { entry: [{ queue: id }] } : first ? { entry: [...entry.slice(0, -1), { queue: id }] } : {};
    try {
      if (configuration.table("queues", id)) throw Object.assign(new Error("There is a queue with this id."), { errors: [] });
      await configuration.change({ queues: { [id]: { ...(name.trim() ? { name: name.trim() } : {}), members: [] } }, ...enters }, `New queue ${id}`);
      operator.toast("Queue made; now it needs members");
      location.hash = `#/queues/${encodeURIComponent(id)}`;
    } catch (refused) {
      setProblem(refused);
    }
  };
  return html`<${Head} title="New queue" about="Where chats wait, and who serves them." />
    <form class="card stack narrow-form" onSubmit=${make}>
      <${Refusal} problem=${problem} lead="Not made." />
      <label for="queue-id">Id</label><input id="queue-id" name="id" required maxlength="64" pattern="[A-Za-z0-9_.:\\-]+" autocapitalize="none" spellcheck=${false} />
      <label for="queue-name">Name</label><input id="queue-name" name="name" maxlength="80" />
      <label class="check"><input type="checkbox" name="first" />New chats enter it, unless a rule of the table entry says otherwise</label>
      <button class="button is-main" type="submit">Make queue</button>
    </form>`;
}
