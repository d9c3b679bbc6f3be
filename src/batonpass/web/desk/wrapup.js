// The after-work: what it was about, what was done, and then the slot is free. Its time is limited; what is not said by
// then is stored as not said.

import { useEffect, useState } from "preact/hooks";
import { duration } from "../format.js";
import { finish, wrapUpOptions } from "./talks.js";
import { Icon, Key, clock, html } from "./ui.js";
import { fieldsOf, textOf } from "./summarytext.js";
import { TALK as T } from "./words/talk.js";

export function WrapUp({ desk, conversation }) {
  const [options, setOptions] = useState(null);
  const [disposition, setDisposition] = useState("");
  const [text, setText] = useState(null); // null: as it was made
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    wrapUpOptions(desk, conversation).then(
      (found) => {
        setOptions(found);
        setDisposition(found.chosen ?? "");
      },
      (error) => setRefusal(error.message),
    );
  }, []);
  const stint = desk.stints.list.value.find((one) => one.stint_id === conversation.stint.stint_id) ?? conversation.stint;
  const made = stint.summary ? textOf(fieldsOf({ ...stint.summary, facts: [] })) || stint.summary.prose : "";
  const needed = options?.required && !disposition;
  const go = async (event) => {
    event?.preventDefault();
    if (busy) return;
    if (needed) return setRefusal(`Not finished: ${T.about.toLowerCase()} Choose one.`);
    setBusy(true);
    try {
      const own = text !== null && text.trim() !== made.trim() ? text.trim() : null;
      await finish(desk, conversation, { summaryText: own, disposition: disposition || null });
    } catch (error) {
      setRefusal(error.message);
      setBusy(false);
    }
  };
  const key = (event) => event.key === "Enter" && event.ctrlKey && go(event);
  return html`<form class="wrap-up" onSubmit=${go} onKeyDown=${key}>
    ${options?.dispositions.length > 0 && html`<label class="field" for="disposition"><span>${T.about}${needed && html`<span class="quiet">${T.needed}</span>`}</span>
      <select id="disposition" value=${disposition} onChange=${(event) => setDisposition(event.target.value)}>
        <option value="">${T.choose}</option>${options.dispositions.map(({ code, label }) => html`<option value=${code}>${label}</option>`)}</select></label>`}
    <label class="field" for="what-was-done"><span>${T.done} <span class="quiet">${T.doneWhy}</span></span>
      <textarea id="what-was-done" rows="3" dir="auto" maxlength="4000" value=${text ?? made} onInput=${(event) => setText(event.target.value)}></textarea></label>
    ${refusal && html`<p class="banner is-refusal" role="alert"><${Icon} name="alert" /><span>${refusal}</span></p>`}
    <div class="wrap-up-foot"><${Left} stint=${stint} /><span class="grow"></span><button class="button is-main" type="submit" aria-busy=${busy}><${Icon} name="accept" />${T.finishWrapUp} <${Key}>Ctrl Enter</${Key}></button></div>
  </form>`;
}

function Left({ stint }) {
  return html`<span class="quiet">${stint.until ? T.timeLeft(duration(stint.until - clock.value)) : ""}</span>`;
}
