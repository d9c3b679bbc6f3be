// Customers whom nobody could answer, and where to reach them.

import { useState } from "preact/hooks";
import { html } from "../desk/ui.js";
import { Empty, Head, Loading, Refusal, useAsked } from "./parts.js";
import { moment } from "./said.js";

export function Contacts({ operator }) {
  const { floor } = operator;
  const [done, setDone] = useState(false);
  const [found, problem, again] = useAsked(() => floor.call("contact.list", done ? { done: true } : {}), [done, floor.link.value === "up"], 15_000);
  const [refused, setRefused] = useState(null);
  const finish = async (contact) => {
    try {
      await floor.call("contact.done", { contact_id: contact.contact_id, done: !contact.done_at });
      setRefused(null);
      await again();
    } catch (error) {
      setRefused(error);
    }
  };
  return html`<${Head} title="Contacts" about="Left by customers whom nobody could answer.">
      <div class="tabs" role="group" aria-label="Which contacts"><button class="tab" aria-pressed=${!done} onClick=${() => setDone(false)}>Open</button><button class="tab" aria-pressed=${done} onClick=${() => setDone(true)}>Done</button></div>
    <//>
    <${Refusal} problem=${refused ?? (found ? null : problem)} lead="Not done." />
    ${!found && !problem && html`<${Loading} />`}
    ${found && !found.contacts.length && html`<${Empty} title=${done ? "Nothing was dealt with yet" : "Nobody waits for an answer"}>When nobody is there, a customer may leave a name, an address and a message.<//>`}
    ${found && html`<ul class="rows">${found.contacts.map((contact) => html`<li key=${contact.contact_id} class="contact">
      <div class="contact-words"><b dir="auto">${contact.name || "A customer"}</b> <span class="quiet">${floor.queueName(contact.queue)}, ${moment(contact.at)}</span>
        <p dir="auto">${contact.message}</p>
        <p class="quiet"><span dir="auto">${[contact.email, contact.phone].filter(Boolean).join(", ")}</span> <a href=${`#/conversations/${contact.conversation_id}`}>Chat</a></p></div>
      <button class="button" onClick=${() => finish(contact)}>${contact.done_at ? "Open again" : "Done"}</button>
    </li>`)}</ul>`}`;
}
