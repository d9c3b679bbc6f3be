// The dialog that asks for somebody: pass the baton on, invite a helper, ask for advice. Left whom, right how; the foot
// says what will happen before it does. On small screens these are two steps.

import { useEffect, useMemo, useState } from "preact/hooks";
import { batonModel } from "../baton.js";
import { leaves, outlook } from "./choices.js";
import { Modal } from "./dialogs.js";
import { SummaryEditor, useSummary } from "./summaryeditor.js";
import { TargetPicker, useTargets } from "./targets.js";
import { request, said } from "./talks.js";
import { Baton, Icon, Key, clock, html } from "./ui.js";
import { TRANSFER as T } from "./words/transfer.js";

const NOTE_MOST = 4000;

export function Transfer({ desk, conversation, kind, tab }) {
  const targets = useTargets({ desk, conversation, kind, tab });
  const summary = useSummary({ desk, conversation, kind });
  const [leave, setLeave] = useState("on_accept");
  const [note, setNote] = useState("");
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  const [step, setStep] = useState(1);
  const narrow = useNarrow();
  const { chosen } = targets;
  const passes = kind === "transfer";
  const back = chosen?.ask === "hand_back";
  const words = outlook(chosen, leave, { kind, ...targets.times });
  const close = () => (desk.view.dialog.value = null);
  const go = async () => {
    if (busy) return;
    if (!chosen) return setRefusal(T.chooseFirst);
    if (chosen.why && chosen.refused) return setRefusal(notNow(desk, conversation, chosen));
    if (narrow && step === 1) return setStep(2);
    setBusy(true);
    setRefusal("");
    try {
      await ask(desk, conversation, { chosen, leave: passes && !back ? leave : null, note: note.trim(), summaryText: summary.text });
      close();
    } catch (error) {
      setRefusal(error.sentence ?? error.message);
      setBusy(false);
    }
  };
  const digits = (event) => {
    const at = ["1", "2", "3"].indexOf(event.key);
    if (at < 0 || !passes || back || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("textarea, input:not([type=radio])")) return;
    event.preventDefault();
    setLeave(["now", "on_accept", "on_complete"][at]);
  };
  return html`<${Modal} desk=${desk} look=${`is-transfer is-step-${step}`} label="transfer-title" onSubmit=${go}>
    <header onKeyDown=${digits}>
      ${narrow && step === 2 && html`<button class="plain" type="button" aria-label=${T.backToTargets} onClick=${() => setStep(1)}><${Icon} name="left" /></button>`}
      <h2 id="transfer-title">${T.title[kind](conversation.customer)}</h2>
      <${Preview} desk=${desk} conversation=${conversation} chosen=${passes ? chosen : null} />
      <button class="plain" type="button" aria-label="Close" onClick=${close}><${Icon} name="close" /></button>
    </header>
    <div class="transfer-body" onKeyDown=${digits}>
      <${TargetPicker} targets=${targets} kind=${kind} />
      <div class="request">
        ${passes && !back && html`<${Leave} option=${chosen} leave=${leave} setLeave=${setLeave} times=${targets.times} />`}
        <${Note} note=${note} setNote=${setNote} />
        <${SummaryEditor} summary=${summary} />
        <p class="also"><${Icon} name="accept" size=${14} />${T.also(Object.keys(conversation.details?.variables ?? {}).length)}</p>
      </div>
    </div>
    ${refusal && html`<div class="transfer-refusal"><p class="banner is-refusal" role="alert"><${Icon} name="alert" /><span>${refusal}</span></p></div>`}
    <footer><p aria-live="polite"><${Icon} name="arrow" /><span><b>${words.bold}</b> ${words.rest}</span></p>
      <button class="button" type="button" onClick=${close}>${T.cancel}</button>
      <button class="button is-main" type="submit" aria-busy=${busy}><span class="go">${narrow && step === 1 ? T.goOn : words.button}</span> <${Key}>Ctrl Enter</${Key}></button></footer>
  </${Modal}>`;
}

/** The list says already that it cannot be asked: a full agent's pass would go to somebody else without a word. */
function notNow(desk, conversation, { why, ask: kind, about }) {
  const error = { code: "unavailable", reason: why.code, opens_at: why.opens_at, message: `${why.message} ${T.stillYours}` };
  return said(desk, conversation, error, { act: "request", kind, target: about });
}

async function ask(desk, conversation, { chosen, leave, note, summaryText }) {
  const wanted = { kind: chosen.ask, about: chosen.about, note };
  if (chosen.target) wanted.target = chosen.target;
  if (leave) wanted.leave = leave;
  if (summaryText) wanted.summary_text = summaryText;
  if (conversation.pass && leave !== null) wanted.replace = true;
  const { answer } = await request(desk, conversation, wanted);
  desk.toast(T.done(chosen, answer));
}

/** The baton as it would be: the chosen one as its dashed part. */
function Preview({ desk, conversation, chosen }) {
  const story = conversation.baton;
  const pending = chosen ? { kind: chosen.kind === "bot" ? "bot" : "representative", name: chosen.name } : null;
  const model = batonModel({ ...story, pending }, { now: clock.value + desk.session.skew, me: desk.me, limit: 4 });
  return html`<div class="baton-room"><${Baton} model=${model} /></div>`;
}

function Leave({ option, leave, setLeave, times }) {
  return html`<fieldset class="leave"><legend>${T.when}</legend>
    ${leaves(option, times).map(([value, title, why], index) => html`<label class="option"><input type="radio" name="leave" value=${value} checked=${leave === value} onChange=${() => setLeave(value)} /><span><b>${title}</b><span class="quiet">${why}</span></span><kbd aria-hidden="true">${index + 1}</kbd></label>`)}
  </fieldset>`;
}

function Note({ note, setNote }) {
  return html`<div class="request-note"><p class="request-label"><label for="transfer-note">${T.note}</label><span class="quiet">${T.teamOnly}</span><span class="quiet end">${T.count(note.length, NOTE_MOST)}</span></p>
    <textarea id="transfer-note" class="note-field" rows="1" dir="auto" maxlength=${NOTE_MOST} value=${note} onInput=${(event) => (setNote(event.target.value), fit(event.target))}></textarea></div>`;
}

function fit(box) {
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${Math.min(box.scrollHeight + 2, 120)}px`);
}

function useNarrow() {
  const query = useMemo(() => matchMedia("(max-width: 1023px)"), []);
  const [narrow, setNarrow] = useState(query.matches);
  useEffect(() => {
    const change = () => setNarrow(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, []);
  return narrow;
}
