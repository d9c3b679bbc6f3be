// The summary that goes along: made by rules or a model, edited by the giver. What was changed is marked; the made one
// stays beside it.

import { useEffect, useState } from "preact/hooks";
import { maker } from "./details.js";
import { changes, fieldsOf, same, textOf } from "./summarytext.js";
import { preview } from "./talks.js";
import { Icon, html } from "./ui.js";
import { TRANSFER as T } from "./words/transfer.js";

const EMPTY = fieldsOf(null);

export function useSummary({ desk, conversation, kind }) {
  const [state, setState] = useState("loading"); // loading, made, none
  const [made, setMade] = useState(null);
  const [by, setBy] = useState("");
  const [fields, setFields] = useState(EMPTY);
  useEffect(() => {
    preview(desk, conversation, kind).then(
      ({ summary }) => {
        setState(summary ? "made" : "none");
        setBy(maker({ summary }, ""));
        setMade(fieldsOf(summary));
        setFields((now) => (same(now, EMPTY) ? fieldsOf(summary) : now));
      },
      () => setState("none"),
    );
  }, []);
  const edited = !same(fields, made ?? EMPTY);
  return { state, made: made ?? EMPTY, by, fields, setFields, edited, text: edited ? textOf(fields) : "" };
}

export function SummaryEditor({ summary }) {
  const { state, made, by, fields, setFields, edited } = summary;
  const [original, setOriginal] = useState(false);
  const shown = original ? made : fields;
  const write = (key) => (value) => setFields({ ...fields, [key]: value });
  const drop = (fact) => setFields({ ...fields, facts: fields.facts.filter((one) => one !== fact) });
  return html`<div class="request-summary">
    <p class="request-label"><span>${T.summary}</span>${by && html`<span class="tag">${by}</span>`}${edited && html`<span class="tag"><${Icon} name="pen" size=${12} />${T.edited}</span>`}
      ${edited && state === "made" && html`<button class="link end" type="button" onClick=${() => setOriginal(!original)}>${original ? T.showEdited : T.showOriginal}</button>`}</p>
    ${state === "none" && html`<p class="quiet">${T.none}</p>`}
    <div class="summary-box">
      ${Object.entries(T.fields).map(([key, label]) => html`<${Field} key=${key} name=${key} label=${label} value=${shown[key]} made=${made[key]} readonly=${original} write=${write(key)} />`)}
      ${shown.facts.length > 0 && html`<ul class="fact-chips">${shown.facts.map((fact) => html`<li class="chip"><span dir="auto">${fact.name} ${fact.value}</span>${!original && html`<button class="plain is-tiny" type="button" aria-label=${T.removeFact(fact.name)} onClick=${() => drop(fact)}><${Icon} name="close" size=${12} /></button>`}</li>`)}</ul>`}
    </div>
  </div>`;
}

/** A line of words that grows; behind it the same words with what is new marked. */
function Field({ name, label, value, made, readonly, write }) {
  const id = `summary-${name}`;
  const pieces = readonly || value === made ? [{ text: value, fresh: false }] : changes(made, value);
  return html`<div class="summary-field"><label for=${id}>${label}</label>
    <div class="marked"><p class="behind" aria-hidden="true" dir="auto">${pieces.map(({ text, fresh }) => (fresh ? html`<mark>${text}</mark>` : text))}${"\u200b"}</p>
      <textarea id=${id} rows="1" dir="auto" maxlength="1000" readonly=${readonly} value=${value} onInput=${(event) => write(event.target.value)}></textarea></div></div>`;
}
