// The keys, and how to bind them anew.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { combination, spelled } from "./keys.js";
import { Modal } from "./modal.js";
import { Icon, Key, html } from "./ui.js";
import { HELP as W } from "./words/help.js";

export function Help({ desk }) {
  const { keyboard } = desk;
  const [waits, setWaits] = useState(null); // the action whose next key is awaited
  const [problem, setProblem] = useState(null);
  const close = () => (desk.view.dialog.value = null);
  useLayoutEffect(() => {
    if (!waits) return undefined;
    const pressed = (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") return setWaits(null);
      const binding = combination(event);
      if (!binding) return event.key.length === 1 ? setProblem(W.needsAlt) : undefined;
      const owner = keyboard.owner(binding);
      if (owner && owner !== waits) return setProblem(W.taken(spelled(binding), W.actions[owner]));
      keyboard.bind(waits, binding);
      setProblem(null);
      return setWaits(null);
    };
    addEventListener("keydown", pressed, { capture: true });
    return () => removeEventListener("keydown", pressed, { capture: true });
  }, [waits]);
  const change = (action) => {
    setProblem(null);
    setWaits(action);
  };
  return html`<${Modal} title=${W.title} close=${close} wide>
    <div class="help">
      ${W.rooms.map(([title, actions]) => html`<section><h3>${title}</h3><ul>${actions.map((action) => html`<${Line} keyboard=${keyboard} action=${action} waits=${waits === action} change=${change} />`)}</ul></section>`)}
      <section><h3>${W.fixed}</h3><ul>${W.fixedKeys.map(([words, key]) => html`<li><span>${words}</span><${Key}>${key}</${Key}></li>`)}</ul></section>
    </div>
    ${problem && html`<p class="banner is-refusal" role="alert"><${Icon} name="alert" /><span>${problem}</span></p>`}
    <div class="help-foot"><p class="quiet">${W.where}</p><button class="button" onClick=${() => keyboard.reset()}>${W.reset}</button></div>
  </${Modal}>`;
}

function Line({ keyboard, action, waits, change }) {
  const button = useRef(null);
  return html`<li><span>${W.actions[action]}</span>
    <button ref=${button} class=${`key-button${waits ? " is-waiting" : ""}`} aria-label=${waits ? undefined : W.change(W.actions[action], keyboard.spelled(action))} onClick=${() => change(action)}>${waits ? W.press : html`<${Key}>${keyboard.spelled(action)}</${Key}>`}</button></li>`;
}
