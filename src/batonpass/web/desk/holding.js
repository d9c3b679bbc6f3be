// The dialog that parks a conversation: for how long, and why.

import { useState } from "preact/hooks";
import { Modal } from "./dialogs.js";
import { hold } from "./talks.js";
import { Icon, Key, html } from "./ui.js";
import { TALK as T } from "./words/talk.js";

export function Hold({ desk, conversation }) {
  const [time, setTime] = useState("");
  const [until, setUntil] = useState("");
  const [reason, setReason] = useState("");
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  const close = () => (desk.view.dialog.value = null);
  const go = async () => {
    if (busy) return;
    if (time === "at" && !(Date.parse(until) > desk.now())) return setRefusal("Not put on hold: choose a time that is to come.");
    setBusy(true);
    setRefusal("");
    try {
      const at = time === "at" ? { until: new Date(until).toISOString() } : { forS: Number(time) || null };
      await hold(desk, conversation, { reason: reason.trim(), ...at });
      close();
    } catch (error) {
      setRefusal(error.sentence);
      setBusy(false);
    }
  };
  return html`<${Modal} desk=${desk} label="hold-title" onSubmit=${go}>
    <header><h2 id="hold-title">${T.holdTitle(conversation.customer)}</h2><button class="plain" type="button" aria-label="Close" onClick=${close}><${Icon} name="close" /></button></header>
    <div class="dialog-body">
      <fieldset><legend>${T.holdFor}</legend>
        ${T.holdTimes.map(([value, title, why]) => html`<label class="option"><input type="radio" name="time" value=${value} checked=${time === value} onChange=${() => setTime(value)} autofocus=${value === ""} /><span><b>${title}</b>${why && html`<span class="quiet">${why}</span>`}
          ${value === "at" && time === "at" && html`<input class="date" type="datetime-local" aria-label=${T.holdUntil} value=${until} onInput=${(event) => setUntil(event.target.value)} />`}</span></label>`)}
      </fieldset>
      <label class="field" for="hold-reason"><span>${T.holdReason} <span class="quiet">${T.holdReasonWhy}</span></span></label>
      <input id="hold-reason" class="note-field is-line" dir="auto" maxlength="500" value=${reason} onInput=${(event) => setReason(event.target.value)} />
      ${refusal && html`<p class="banner is-refusal" role="alert"><${Icon} name="alert" /><span>${refusal}</span></p>`}
    </div>
    <footer><p><${Icon} name="pause" />${T.holdWhy}</p><button class="button" type="button" onClick=${close}>Cancel</button><button class="button is-main" type="submit" aria-busy=${busy}>${T.putOnHold} <${Key}>Ctrl Enter</${Key}></button></footer>
  </${Modal}>`;
}
