// Switches: effective at once, each turn with a reason.

import { useState } from "preact/hooks";
import { html } from "../desk/ui.js";
import { Head, Reasoned, Refusal } from "./parts.js";
import { SWITCHES } from "./said.js";

export function Switches({ operator }) {
  const { floor } = operator;
  const [open, setOpen] = useState(null);
  const [problem, setProblem] = useState(null);
  const turn = async (name, on, reason) => {
    try {
      if (floor.me.value) await operator.rest.ask("PUT", `/supervisor/switches/${name}`, { body: { on, reason } });
      else await operator.configuration.change({ switches: { [name]: on } }, reason);
      setOpen(null);
      setProblem(null);
      operator.toast(`${SWITCHES[name][0]}: ${on ? "on" : "off"}`);
    } catch (refused) {
      setProblem(refused);
    }
  };
  return html`<${Head} title="Switches" about="What agents may do. Effective at once, for everybody." />
    <${Refusal} problem=${problem} lead="Not turned." drop=${() => setProblem(null)} />
    <ul class="rows switches">${Object.entries(SWITCHES).map(([name, [words, about]]) => {
      const on = floor.switches.value[name];
      return html`<li key=${name} class="switch-row">
        <div class="switch-words"><b id=${`switch-${name}`}>${words}</b><span class="quiet">${about}</span></div>
        <button class=${`toggle${on ? " is-on" : ""}`} role="switch" aria-checked=${Boolean(on)} aria-labelledby=${`switch-${name}`} disabled=${on === undefined} onClick=${() => setOpen(open === name ? null : name)}><i aria-hidden="true"></i><span>${on ? "On" : "Off"}</span></button>
        ${open === name && html`<div class="switch-why"><${Reasoned} id=${`why-${name}`} label=${`Why turn ${on ? "off" : "on"} ${words.toLowerCase()}?`} go=${on ? "Turn off" : "Turn on"} goes=${(reason) => turn(name, !on, reason)} /></div>`}
      </li>`;
    })}</ul>`;
}
