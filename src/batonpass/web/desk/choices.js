// Whom a conversation may go to, as the dialog's list shows them. Pure: the server's answer in, options out.

import { brief, freeWords, queueWords } from "./refusals.js";
import { plural, waitRange } from "../format.js";

export const TABS = [
  ["all", "All"],
  ["people", "People"],
  ["queues", "Queues"],
  ["bots", "Bots"],
  ["workflows", "Workflows"],
];

const SUGGESTED = { previous: "Held this before you", customer_knows: "Has served this customer before" };

/**
 * The options of a dialog, in groups `[{title, options}]`.
 *
 * An option is `{key, tab, type, name, kind?, under, end, slots?, refused?, target, about, ask}`: `under` and `end` are its
 * words, `refused` says why it cannot be asked (it stays listed), `target` goes out, `ask` is the request's kind.
 *
 * @param {{agents: object[], queues: object[], workflows: object[]}} found  the answer of `target.list`
 * @param {{kind: string, text?: string, tab?: string, when: (at: string) => string, policy?: boolean}} view  `policy`: offer
 *   the queue's own way back to a bot too
 */
export function groups(found, { kind, text = "", tab = "all", when, policy = false }) {
  const agents = found.agents.map((one) => agentOption(one, kind, when));
  const people = agents.filter((one) => one.kind !== "bot");
  const bots = agents.filter((one) => one.kind === "bot");
  const rows = [
    ["Suggested", agents.filter((one) => one.suggested)],
    ["People", people.filter((one) => !one.suggested)],
    ["Queues", found.queues.map((one) => queueOption(one, kind, when))],
    ["Bots", [...(policy ? [byPolicy()] : []), ...bots.filter((one) => !one.suggested)]],
    ["Workflows", kind === "transfer" ? found.workflows.map((one) => workflowOption(one, when)) : []],
  ];
  const shown = (option) => (tab === "all" || option.tab === tab) && matches(option, text);
  return rows.map(([title, options]) => ({ title, options: ready(options.filter(shown)) })).filter(({ options }) => options.length);
}

/** Those that can be asked first; the order of the server within. */
function ready(options) {
  return [...options.filter((one) => !one.refused), ...options.filter((one) => one.refused)];
}

function matches({ name, under, words = "" }, text) {
  const all = `${name} ${under} ${words}`.toLowerCase();
  return text.toLowerCase().split(/\s+/).filter(Boolean).every((word) => all.includes(word));
}

function agentOption(one, kind, when) {
  const { agent, queues = [], skills = [], suggested, refused } = one;
  const bot = agent.kind === "bot";
  const known = [queues.join(", "), skills.join(", ")].filter(Boolean).join(", ");
  const why = refused ? brief(refused, one, when) : "";
  return {
    key: `agent:${agent.id}`,
    tab: bot ? "bots" : "people",
    type: "agent",
    kind: agent.kind,
    name: agent.name,
    words: known,
    under: (suggested && SUGGESTED[suggested]) || known,
    end: why || (bot ? "at once" : freeWords(one)),
    slots: bot || !one.capacity ? null : { used: one.slots_used, of: one.capacity },
    suggested,
    refused: why,
    why: one.refused,
    target: { type: "agent", id: agent.id },
    about: { name: agent.name, slots_used: one.slots_used, capacity: one.capacity },
    ask: bot && kind === "transfer" ? "hand_back" : kind,
  };
}

function queueOption(one, kind, when) {
  // No person serves it, but bots do: then it is a way back to a bot.
  const bots = kind === "transfer" && one.bots > 0 && ["empty", "nobody"].includes(one.refused?.code);
  const why = one.refused && !bots ? brief(one.refused, one, when) : "";
  return {
    key: `queue:${one.queue_id}`,
    tab: "queues",
    type: "queue",
    name: one.name,
    under: why || (bots ? plural(one.bots, "bot") : queueWords(one)),
    end: why ? "" : bots ? "at once" : waitRange(one.wait),
    refused: why,
    why: one.refused,
    target: { type: "queue", id: one.queue_id },
    about: { name: one.name },
    ask: bots ? "hand_back" : kind,
  };
}

function workflowOption({ name, title, steps = [], refused }, when) {
  const why = refused ? brief(refused, {}, when) : "";
  return {
    key: `workflow:${name}`,
    tab: "workflows",
    type: "workflow",
    name: title || name,
    under: why || steps.join(", then "),
    end: steps.length === 1 ? "1 step" : `${steps.length} steps`,
    refused: why,
    why: refused,
    target: { type: "workflow", id: name },
    about: { name: title || name },
    ask: "transfer",
  };
}

function byPolicy() {
  return {
    key: "policy",
    tab: "bots",
    type: "policy",
    kind: "bot",
    name: "Next bot",
    under: "As your operator set it for this queue",
    end: "at once",
    refused: "",
    target: null,
    about: null,
    ask: "hand_back",
  };
}

/** When the giver leaves, for an option: `[[value, title, what it means]]`. What is asked of a bot goes at once. */
export function leaves(option, { warmMinutes = 0 } = {}) {
  const who = option?.type === "agent" ? option.name : "the next one";
  const most = warmMinutes ? ` ${warmMinutes} min at most.` : "";
  return [
    ["now", "Now", `You are free at once. The customer waits for ${option?.type === "agent" ? option.name : "whoever takes it"}.`],
    ["on_accept", "When accepted", `You keep the baton until ${option?.type === "agent" ? option.name : "somebody"} takes it.`],
    ["on_complete", "When I complete", `${capital(who)} joins unseen, you two talk first.${most}`],
  ];
}

/** What will happen: `{bold, rest}`; and the words of the button. */
export function outlook(option, leave, { kind, offerSeconds = 0, fallsTo = "" }) {
  if (!option) return { bold: "Choose whom to ask.", rest: "Nothing happens before you confirm.", button: BUTTONS[kind] ?? "Pass" };
  if (option.refused) return { bold: `${option.name} cannot be asked now: ${lower(option.refused)}.`, rest: "Choose somebody else.", button: "Pass" };
  const offer = offerSeconds ? ` for ${offerSeconds} s` : "";
  const person = option.type === "agent" && option.kind !== "bot";
  if (kind === "invitation") return { bold: `${asked(option)} is asked to join${person ? offer : ""}.`, rest: "They speak to the customer beside you; you keep the baton. The customer is told when they join.", button: `Invite ${option.name}` };
  if (kind === "consultation") return { bold: `${asked(option)} is asked for advice${person ? offer : ""}.`, rest: "The customer sees nothing of it; you two whisper.", button: `Ask ${option.name}` };
  if (option.ask === "hand_back") return { bold: `${option.type === "queue" ? `A bot of ${option.name}` : option.name} answers at once.`, rest: "You leave now and go to wrap-up. The customer is told who it is.", button: `Pass to ${option.name}` };
  const then = fallsTo && fallsTo !== option.name ? `the ${fallsTo} queue` : "";
  const who = person ? `${option.name} gets an offer${offer}.` : option.type === "queue" ? `The next one free in ${option.name} gets an offer${offer}.` : `${option.name} begins with its first step.`;
  const rest = {
    now: `You leave at once.${person && then ? ` If nobody takes it: ${then}.` : ""} The customer is told, and waits.`,
    on_accept: `If nobody takes it: ${[person ? then : "", "back to you"].filter(Boolean).join(", then ")}. The customer is told when someone joins.`,
    on_complete: "They join unseen by the customer; you whisper, then complete or take back.",
  }[leave];
  return { bold: who, rest, button: option.type === "agent" ? `Offer to ${option.name}` : `Pass to ${option.name}` };
}

const BUTTONS = { invitation: "Invite", consultation: "Ask", transfer: "Pass" };
const asked = (option) => (option.type === "queue" ? `The next one free in ${option.name}` : option.name);
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const lower = (text) => text[0].toLowerCase() + text.slice(1);
