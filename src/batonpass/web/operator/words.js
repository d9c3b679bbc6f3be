// Words that customers read at each transition: the house's, the operator's over them, and a queue's over those.

import { useState } from "preact/hooks";
import { html } from "../desk/ui.js";
import { nested } from "./patch.js";
import { Head, Loading, Refusal, useAsked } from "./parts.js";
import { unknownIn, wordsPatch } from "./wording.js";
import { plural } from "./said.js";

export function Words({ operator, id }) {
  const { configuration, floor } = operator;
  const [house, problem] = useAsked(() => operator.rest.get("/admin/words"), []);
  const [locale, setLocale] = useState("en");
  const scope = id ? ["queues", id, "words"] : ["words"];
  if (!house || !configuration.state.value) return html`<${Head} title="Words" /><${Refusal} problem=${problem} lead="Not read." />${!problem && html`<${Loading} />`}`;
  const table = configuration.table(...scope) ?? {};
  const others = Object.keys(table).filter((key) => table[key] && typeof table[key] === "object");
  const locales = [...new Set([...house.locales, ...others, locale])];
  const more = (event) => {
    event.preventDefault();
    setLocale(new FormData(event.target).get("locale").trim());
    event.target.reset();
  };
  return html`<${Head} title=${id ? `Words of ${floor.queueName(id)}` : "Words"} about="What customers read at each transition. What is left empty stays the word of the house.">
      <label class="unseen" for="words-of">Whose words</label><select id="words-of" value=${id ?? ""} onChange=${(event) => (location.hash = event.target.value ? `#/words/${encodeURIComponent(event.target.value)}` : "#/words")}><option value="">The whole house</option>${floor.queues.value.map((queue) => html`<option value=${queue.queue_id}>${queue.name}</option>`)}</select>
    <//>
    <div class="filters"><div class="tabs" role="group" aria-label="Language">${locales.map((name) => html`<button key=${name} class="tab" aria-pressed=${name === locale} onClick=${() => setLocale(name)}>${name}</button>`)}</div>
      <form class="inline-form" onSubmit=${more}><label class="unseen" for="more-locale">Another language</label><input id="more-locale" name="locale" required maxlength="35" pattern="[A-Za-z0-9\\-]+" placeholder="Another, such as fr" /><button class="button" type="submit">Add</button></form></div>
    <${Table} key=${`${id}/${locale}`} operator=${operator} scope=${scope} locale=${locale} house=${house} stored=${locale === "en" ? table : table[locale] ?? {}} />`;
}

function Table({ operator, scope, locale, house, stored }) {
  const { configuration } = operator;
  const [draft, setDraft] = useState({});
  const [problem, setProblem] = useState(null);
  const changed = Object.keys(draft).length;
  const put = (code, value) => setDraft(({ [code]: _, ...rest }) => (value === stored[code] || (value === undefined && stored[code] === undefined) ? rest : { ...rest, [code]: value }));
  const errors = new Map((problem?.errors ?? []).map(({ field, problem: words }) => [field.split(".").at(-1), words]));
  const save = async (event) => {
    event.preventDefault();
    try {
      await configuration.change(nested(scope, wordsPatch(draft, locale)), `Words, ${locale}`);
      setDraft({});
      setProblem(null);
      operator.toast("Saved, and in force");
    } catch (refused) {
      if (refused.status === 412) await configuration.load();
      setProblem(refused);
    }
  };
  return html`<form class="words" onSubmit=${save}>
    <${Refusal} problem=${problem && { message: problem.message, errors: problem.errors.filter(({ field }) => !house.words.some(({ code }) => field.endsWith(`.${code}`))) }} lead="Not saved." drop=${() => setProblem(null)} />
    <ul class="rows">${house.words.map((word) => html`<${Row} key=${word.code} word=${word} locale=${locale} value=${word.code in draft ? draft[word.code] : stored[word.code]} changed=${word.code in draft} put=${(value) => put(word.code, value)} error=${errors.get(word.code)} readOnly=${configuration.readOnly} />`)}</ul>
    ${changed > 0 && html`<div class="save-bar"><span>${plural(changed, "change")} not saved</span><button class="button" type="button" onClick=${() => (setDraft({}), setProblem(null))}>Discard</button><button class="button is-main" type="submit">Save words</button></div>`}
  </form>`;
}

function Row({ word, locale, value, changed, put, error, readOnly }) {
  const id = `word-${word.code}`;
  const house = word.texts[locale] ?? word.texts.en;
  const unknown = value ? unknownIn(value, word.params) : [];
  const wrong = unknown.length ? `${unknown.map((name) => `{${name}}`).join(", ")} is no variable here.` : error;
  const muted = value === "";
  return html`<li class=${`word${changed ? " is-changed" : ""}`}>
    <div class="word-name"><label for=${id}>${word.code.replaceAll("_", " ")}</label>${word.params.map((name) => html`<code class="tag" key=${name}>${`{${name}}`}</code>`)}</div>
    <div class="word-text">
      <input id=${id} dir="auto" lang=${locale} maxlength="500" value=${value ?? ""} placeholder=${muted ? "Muted: customers read nothing" : house} readonly=${readOnly} aria-invalid=${Boolean(wrong)} aria-describedby=${wrong ? `${id}-wrong` : undefined} onInput=${(event) => put(event.target.value === "" ? undefined : event.target.value)} />
      ${wrong && html`<p class="wrong" id=${`${id}-wrong`}>${wrong}</p>`}
    </div>
    <label class="check"><input type="checkbox" checked=${muted} disabled=${readOnly} onChange=${(event) => put(event.target.checked ? "" : undefined)} />Mute</label>
  </li>`;
}
