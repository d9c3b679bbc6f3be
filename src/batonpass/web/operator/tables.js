// A table of the configuration as JSON: tried before it is saved, with the errors where they are.

import { useEffect, useState } from "preact/hooks";
import { html } from "../desk/ui.js";
import { nested, replacing } from "./patch.js";
import { Refusal } from "./parts.js";
import { plural } from "./said.js";

/** `path` of the table, such as `["hours", "office"]`. A new table begins with `fresh`. */
export function TableEditor({ configuration, operator, path, fresh, done, rows = 6 }) {
  const table = configuration.table(...path);
  const stored = JSON.stringify(table ?? fresh ?? {}, null, 2);
  const [text, setText] = useState(stored);
  const [tried, setTried] = useState(null);
  const [problem, setProblem] = useState(null);
  // What somebody else has stored meanwhile is shown, unless something was written here.
  const [base, setBase] = useState(stored);
  useEffect(() => {
    if (stored !== base && text === base) setText(stored);
    setBase(stored);
  }, [stored]);
  const changed = text !== stored || table === undefined;
  const value = () => {
    try {
      const found = JSON.parse(text);
      if (found === null || typeof found !== "object") throw new Error("a table begins with { or [");
      return found;
    } catch (error) {
      throw Object.assign(new Error(`This is no JSON: ${error.message}.`), { errors: [] });
    }
  };
  const attempt = async (work) => {
    setTried(null);
    setProblem(null);
    try {
      await work(nested(path, replacing(table, value())));
    } catch (error) {
      if (error.status === 412) {
        await configuration.load();
        error.message = "Somebody else changed the configuration meanwhile. What you wrote is kept here; look at it and save again.";
      }
      setProblem(error);
    }
  };
  const check = () => attempt(async (patch) => setTried(await configuration.preview(patch)));
  const save = () => attempt(async (patch) => {
    await configuration.change(patch, path.join("."));
    operator.toast("Saved, and in force");
    done?.();
  });
  const id = `edit-${path.join("-")}`;
  const lines = Math.min(24, Math.max(rows, text.split("\n").length + 1));
  return html`<div class="editor">
    <label class="unseen" for=${id}>${path.join(".")}</label>
    <textarea id=${id} class="mono" rows=${lines} spellcheck=${false} autocapitalize="none" readonly=${configuration.readOnly} value=${text} aria-invalid=${Boolean(problem)} onInput=${(event) => setText(event.target.value)}></textarea>
    <${Refusal} problem=${problem} lead="Not saved." drop=${() => setProblem(null)} />
    ${tried && html`<${Tried} tried=${tried} />`}
    ${configuration.readOnly ? html`<p class="quiet">The configuration file has the last word; change it there.</p>` : html`<div class="act-buttons">
      <button class="button" type="button" onClick=${check}>Try</button>
      ${changed && html`<button class="button" type="button" onClick=${() => setText(stored)}>Discard</button><button class="button is-main" type="button" onClick=${save}>Save</button>`}
    </div>`}
  </div>`;
}

function Tried({ tried }) {
  return html`<div class="tried" role="status"><p>${tried.changes.length ? `Good. It would change ${plural(tried.changes.length, "key")}:` : "Good, and it changes nothing."}</p>
    <${Changes} changes=${tried.changes} />
    ${tried.warnings.map((warning) => html`<p class="banner is-warning">${warning}</p>`)}</div>`;
}

/** What differs, key by key. */
export function Changes({ changes }) {
  if (!changes.length) return null;
  return html`<div class="framed scroll"><table class="changes"><thead><tr><th>Key</th><th>Before</th><th>After</th></tr></thead>
    <tbody>${changes.map(({ key, before, after }) => html`<tr key=${key}><td class="mono">${key}</td><td class="mono is-before">${short(before)}</td><td class="mono is-after">${short(after)}</td></tr>`)}</tbody></table></div>`;
}

function short(value) {
  return value === undefined || value === null ? "–" : JSON.stringify(value);
}
