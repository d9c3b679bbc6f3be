// The list of whom a conversation may go to: a search field that owns a listbox, by the ARIA pattern. Arrows move in it
// while the words stay where they are.

import { useEffect, useRef, useState } from "preact/hooks";
import { TABS, groups } from "./choices.js";
import { targets as ask, when } from "./talks.js";
import { Avatar, Icon, html } from "./ui.js";
import { TRANSFER as T } from "./words/transfer.js";

const SEARCH_MS = 150;
const FRESH_MS = 5_000;
const NOTHING = { agents: [], queues: [], workflows: [] };

export function useTargets({ desk, conversation, kind, tab: first }) {
  const [found, setFound] = useState(null);
  const [trouble, setTrouble] = useState("");
  const [text, setText] = useState("");
  const [tab, setTab] = useState(first);
  const [key, setKey] = useState(first === "bots" ? "policy" : null);
  useEffect(() => {
    let gone = false;
    const look = () =>
      ask(desk, conversation, kind, text.trim()).then(
        (reply) => gone || (setFound((known) => steady(known, reply)), setTrouble("")),
        (error) => gone || setTrouble(error.message),
      );
    const soon = setTimeout(look, found ? SEARCH_MS : 0);
    // Slots come and go while somebody thinks.
    const again = setInterval(look, FRESH_MS);
    return () => {
      gone = true;
      clearTimeout(soon);
      clearInterval(again);
    };
  }, [kind, text]);
  const view = { kind, when: when(desk), policy: kind === "transfer" };
  const shown = groups(found ?? NOTHING, { ...view, text, tab });
  const chosen = groups(found ?? NOTHING, view).flatMap((group) => group.options).find((option) => option.key === key) ?? null;
  const times = { offerSeconds: found?.offer_s ?? 0, warmMinutes: Math.round((found?.completion_s ?? 0) / 60), fallsTo: found?.falls_to ?? "" };
  return { found, trouble, text, setText, tab, setTab, shown, chosen, choose: setKey, times };
}

/** What is known keeps its place: nothing moves under the pointer because a slot was freed. */
function steady(known, fresh) {
  if (!known) return fresh;
  const order = (rows, id, old) => {
    const places = new Map(old.map((row, index) => [id(row), index]));
    return [...rows].sort((a, b) => (places.get(id(a)) ?? 1e6) - (places.get(id(b)) ?? 1e6));
  };
  return { ...fresh, agents: order(fresh.agents, (row) => row.agent.id, known.agents), queues: order(fresh.queues, (row) => row.queue_id, known.queues) };
}

export function TargetPicker({ targets, kind }) {
  const { text, setText, shown, chosen, choose, found, trouble } = targets;
  const list = useRef(null);
  const options = shown.flatMap((group) => group.options);
  const at = options.findIndex((option) => option.key === chosen?.key);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen?.key]);
  const key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? options.length - 1 : at - 1 }[event.key];
    if (next !== undefined && options.length) choose(options[(next + options.length) % options.length].key);
    else if (event.key === "Enter" && !chosen && options.length) choose(options[0].key);
    else if (event.key !== "Enter" && next === undefined) return;
    event.preventDefault();
  };
  return html`<div class="targets">
    <div class="search"><${Icon} name="search" />
      <input type="search" role="combobox" aria-expanded="true" aria-controls="targets" aria-autocomplete="list" aria-activedescendant=${at >= 0 ? `target-${at}` : undefined} aria-label=${T.search[kind]} placeholder=${T.search[kind]} autocomplete="off" spellcheck=${false} maxlength="200"
        value=${text} onInput=${(event) => setText(event.target.value)} onKeyDown=${key} autofocus />
      ${text && html`<span class="quiet" role="status">${T.found(options.length)}</span>`}</div>
    <${Tabs} targets=${targets} kind=${kind} />
    <div class="target-list" id="targets" role="listbox" aria-label=${T.targets} ref=${list}>
      ${shown.map((group) => html`<div role="group" aria-labelledby=${`group-${group.title}`} key=${group.title}><p class="group-title" id=${`group-${group.title}`} role="presentation">${group.title}</p>
        ${group.options.map((option) => html`<${Option} key=${option.key} option=${option} id=${`target-${options.indexOf(option)}`} selected=${option.key === chosen?.key} choose=${choose} />`)}</div>`)}
      ${!options.length && html`<p class="none">${trouble || (found ? html`<b>${T.nobody}</b><br />${T.nobodyWhy}` : T.loading)}</p>`}
    </div>
  </div>`;
}

function Option({ option, id, selected, choose }) {
  const { type, kind, name, under, end, slots, refused, key } = option;
  const sign = type === "queue" ? html`<span class="sign"><${Icon} name="queue" /></span>` : type === "workflow" ? html`<span class="sign"><${Icon} name="flow" /></span>` : html`<${Avatar} kind=${kind} name=${name} />`;
  return html`<div class=${`target${refused ? " is-refused" : ""}`} role="option" id=${id} aria-selected=${selected} onClick=${() => choose(key)}>
    ${sign}<span class="target-words"><b dir="auto">${name}</b><span class="quiet" dir="auto">${under}</span></span>
    <span class="target-end">${slots && html`<${Slots} slots=${slots} />`}<span>${refused && type === "queue" ? html`<${Icon} name="lock" size=${14} />` : end}</span></span></div>`;
}

/** Filled used, empty free; the words beside them say the same. */
function Slots({ slots: { used, of } }) {
  const many = of > 10;
  return many ? null : html`<span class="dots" aria-hidden="true">${Array.from({ length: of }, (_, index) => html`<i class=${`slot is-${index < used ? "used" : "free"}`}></i>`)}</span>`;
}

function Tabs({ targets: { tab, setTab }, kind }) {
  const tabs = TABS.filter(([name]) => kind === "transfer" || name !== "workflows");
  const key = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tabs.findIndex(([name]) => name === tab);
    const next = (at + step + tabs.length) % tabs.length;
    setTab(tabs[next][0]);
    event.currentTarget.children[next].focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${T.show} onKeyDown=${key}>
    ${tabs.map(([name, words]) => html`<button type="button" role="tab" aria-selected=${tab === name} aria-controls="targets" tabindex=${tab === name ? 0 : -1} onClick=${() => setTab(name)}>${words}</button>`)}
  </div>`;
}
