// A summary as fields that a person edits, as the text that goes out, and back again. Pure.
//
// On the wire a giver's own text of a summary is plain words (`summary_text`), so that a bot reads it as it is. We
// write it in lines "Issue: ..." and facts as "- order: 48-2019"; a text of that form is shown as a card again.

import { TALK as T } from "./words/talk.js";

const FIELDS = [
  ["reason", "Reason"],
  ["issue", "Issue"],
  ["tried", "Tried"],
  ["next", "Next"],
];
const MOST = 4000;

/** A made summary as `{reason, issue, tried, next, facts}`: strings, and facts `[{name, value, seq}]`. */
export function fieldsOf(summary, reason = "") {
  return {
    reason: summary?.transfer_reason || reason,
    issue: summary?.issue || summary?.prose || "",
    tried: (summary?.steps ?? []).map(({ by, text }) => (by ? `${by}: ${text}` : text)).join(" "),
    next: summary?.next_step ?? "",
    facts: (summary?.facts ?? []).map(({ name, value, seq }) => ({ name, value, seq })),
  };
}

/** Fields as the text that goes out; empty ones are left out. */
export function textOf(fields) {
  const lines = FIELDS.filter(([key]) => fields[key].trim()).map(([key, label]) => `${label}: ${fields[key].trim().replace(/\s*\n\s*/g, " ")}`);
  const facts = fields.facts.map(({ name, value }) => `- ${name}: ${value}`);
  return [...lines, ...facts].join("\n").slice(0, MOST);
}

/** The text as fields when it has our form, else null. `made` is the summary it was edited from: facts keep their source. */
export function parseText(text, made = null) {
  const found = { reason: "", issue: "", tried: "", next: "", facts: [] };
  const sources = new Map((made?.facts ?? []).map(({ name, value, seq }) => [`${name}\n${value}`, seq]));
  for (const line of text.split("\n")) {
    const field = FIELDS.find(([, label]) => line.startsWith(`${label}: `));
    const fact = /^- ([^:]{1,100}): (.+)$/.exec(line);
    if (field && !found[field[0]]) found[field[0]] = line.slice(field[1].length + 2);
    else if (fact) found.facts.push({ name: fact[1], value: fact[2], seq: sources.get(`${fact[1]}\n${fact[2]}`) });
    else return null;
  }
  return found;
}

export const same = (a, b) => textOf(a) === textOf(b);

/** The words of a text, and which of them are not in the one it was edited from: `[{text, fresh}]`. */
export function changes(before, after) {
  const old = before.split(/(\s+)/);
  const now = after.split(/(\s+)/);
  const kept = common(old.filter(word), now.filter(word));
  const pieces = [];
  let at = 0;
  for (const text of now) {
    const fresh = word(text) && text !== kept[at];
    if (word(text) && !fresh) at += 1;
    const last = pieces.at(-1);
    if (last && (last.fresh === fresh || !word(text))) last.text += text;
    else {
      const gap = last?.fresh ? /\s*$/.exec(last.text)[0] : "";
      if (gap) last.text = last.text.slice(0, -gap.length);
      pieces.push({ text: gap + text, fresh });
    }
  }
  return pieces;
}

const word = (text) => /\S/.test(text);

/** The longest row of words that both have. */
function common(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  }
  const row = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      row.push(a[i]);
      i += 1;
      j += 1;
    } else if (table[i + 1][j] >= table[i][j + 1]) i += 1;
    else j += 1;
  }
  return row;
}

/** The rows of a summary card: `{next, rows: [[label, words]], facts}`; empty fields are left out. */
export function card(fields, outcome = "") {
  const rows = [["Issue", fields.issue], ["Reason", fields.reason], ["Tried", fields.tried], ["Outcome", T.outcomes[outcome]]];
  return { next: fields.next, rows: rows.filter(([, words]) => words), facts: fields.facts };
}
