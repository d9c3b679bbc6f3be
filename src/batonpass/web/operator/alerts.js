// Alerts since this page was opened, the newest first.

import { Icon, html } from "../desk/ui.js";
import { Empty, Head } from "./parts.js";
import { moment } from "./said.js";

const WORDS = {
  webhook_dead: "A webhook's delivery was given up. It waits to be replayed.",
  hop_limit: "This chat was passed on very often; automatic hand-back has stopped for it.",
  cool_down: "This chat would go to and fro; it was not handed back again.",
  contact_left: "A customer left an address instead of waiting.",
  first_reply: "Somebody took this chat and has not said a word yet.",
};

export function Alerts({ operator }) {
  const alerts = operator.floor.alerts.value;
  return html`<${Head} title="Alerts" about="Since this page was opened.">
      ${alerts.length > 0 && html`<button class="button" onClick=${() => (operator.floor.alerts.value = [])}>Seen</button>`}
    <//>
    ${!alerts.length && html`<${Empty} title="All well">What needs a look stands here, and as a count at the foot of the sections.<//>`}
    <ul class="rows">${alerts.map((alert) => html`<li key=${alert.id} class="contact">
      <div class="contact-words"><p><${Icon} name="alert" size=${14} /> <b>${WORDS[alert.code] ?? alert.code.replaceAll("_", " ")}</b></p>
        <p class="quiet">${moment(alert.at)}${Object.entries(alert.params ?? {}).map(([name, value]) => `, ${name.replaceAll("_", " ")} ${value}`)}</p></div>
      ${alert.conversation && html`<a class="button" href=${`#/conversations/${alert.conversation}`}>Chat</a>`}
      ${alert.code === "contact_left" && html`<a class="button" href="#/contacts">Contacts</a>`}
    </li>`)}</ul>`;
}
