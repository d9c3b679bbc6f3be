// The dialog of a hand-back: where to, and a note for whoever takes over.

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, Key, html } from "./ui.js";
import { HAND_BACK as T } from "./words/handback.js";

const MAX_NOTE = 4000;

export function HandBack({ desk, conversation }) {
  const dialog = useRef(null);
  const [where, setWhere] = useState("usual");
  const [queue, setQueue] = useState("");
  const [note, setNote] = useState("");
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState(false);
  const previous = previousBot(conversation);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  const close = () => (desk.view.dialog.value = null);
  const go = async (event) => {
    event?.preventDefault();
    if (busy) return;
    if (where === "queue" && !queue.trim()) return setRefusal("Not passed: name the queue. You still hold the baton.");
    setBusy(true);
    setRefusal(null);
    try {
      await desk.acts.handBack(conversation, { target: target(where, queue), note: note.trim() });
      close();
    } catch (error) {
      setRefusal(error.message);
      setBusy(false);
    }
  };
  const key = (event) => event.key === "Enter" && event.ctrlKey && go(event);
  const options = [
    ["usual", T.usual, T.usualWhy],
    ...(previous ? [["previous", T.previous(previous.name), T.previousWhy]] : []),
    ["queue", T.queue, T.queueWhy],
  ];
  return html`<dialog class="dialog" ref=${dialog} aria-labelledby="hand-back-title" onClose=${close} onKeyDown=${key}>
    <form onSubmit=${go}>
      <header><h2 id="hand-back-title">${T.title(conversation.customer)}</h2><button class="plain" type="button" aria-label="Close" onClick=${close}><${Icon} name="close" /></button></header>
      <div class="dialog-body">
        <fieldset><legend>${T.where}</legend>
          ${options.map(([value, title, why]) => html`<label class="option"><input type="radio" name="where" value=${value} checked=${where === value} onChange=${() => setWhere(value)} /><span><b>${title}</b><span class="quiet">${why}</span></span></label>`)}
          ${where === "queue" && html`<label class="field">${T.queueName}<input value=${queue} list="queues" onInput=${(event) => setQueue(event.target.value)} /></label>
            <datalist id="queues">${desk.queues.value.map((one) => html`<option value=${one.queue_id}>${one.name}</option>`)}</datalist>`}
        </fieldset>
        <label class="field" for="hand-back-note"><span><b>${T.note}</b> <span class="quiet">${T.teamOnly}</span><span class="quiet end">${note.length} of ${MAX_NOTE.toLocaleString("en")}</span></span></label>
        <textarea id="hand-back-note" class="note-field" rows="3" dir="auto" maxlength=${MAX_NOTE} value=${note} onInput=${(event) => setNote(event.target.value)} autofocus></textarea>
        ${refusal && html`<p class="banner is-refusal" role="alert"><${Icon} name="alert" /><span>${refusal}</span></p>`}
      </div>
      <footer><p><${Icon} name="arrow" />${T.told}</p><button class="button" type="button" onClick=${close}>${T.cancel}</button><button class="button is-main" type="submit" aria-busy=${busy}>${T.go} <${Key}>Ctrl Enter</${Key}></button></footer>
    </form>
  </dialog>`;
}

function target(where, queue) {
  if (where === "queue") return { type: "queue", id: queue.trim() };
  return where === "previous" ? { type: "previous" } : null;
}

/** The bot that held the baton last, if any did. */
export function previousBot(conversation) {
  return conversation.told.story.parts.findLast((part) => part.kind === "bot") ?? null;
}
