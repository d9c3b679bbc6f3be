// The middle: who holds the baton, what to do with it, the timeline, the composer.

import { useEffect, useState } from "preact/hooks";
import { batonModel } from "../baton.js";
import { Composer } from "./composer.js";
import { towards } from "./conversation.js";
import { Next } from "./details.js";
import { attach } from "./files.js";
import { Menu } from "./menu.js";
import { backToBot, cancel, complete, leave, wayBack, resolve } from "./talks.js";
import { Start } from "./start.js";
import { Timeline } from "./timeline.js";
import { Baton, Icon, clock, html } from "./ui.js";
import { TALK as T } from "./words/talk.js";

const WATCH_MS = 4_000;

export function Thread({ desk, conversation }) {
  useEffect(() => conversation?.open(), [conversation]);
  useWatch(desk, conversation);
  if (!conversation) {
    return html`<section class="thread is-empty" id="conversation" tabindex="-1" aria-label="Conversation"><${Start} desk=${desk} /></section>`;
  }
  conversation.version.value;
  return html`<${Droppable} desk=${desk} conversation=${conversation}>
    <header class="thread-head">
      <button class="plain only-phone" aria-label="Back to the chats" onClick=${() => desk.select(null)}><${Icon} name="left" /></button>
      <div class="title"><h2 dir="auto">${conversation.customer}</h2><p class="quiet">${about(conversation)}</p></div>
      <${Actions} desk=${desk} conversation=${conversation} />
    </header>
    <div class="thread-baton"><${HeadBaton} desk=${desk} conversation=${conversation} /><${Passing} desk=${desk} conversation=${conversation} /><button class="button is-small not-wide" onClick=${() => details(desk)}>${T.details} <${Icon} name="right" size=${14} /></button></div>
    <div class="pinned"><${Next} conversation=${conversation} /></div>
    <${Timeline} key=${conversation.id} desk=${desk} conversation=${conversation} />
    <${Composer} desk=${desk} conversation=${conversation} />
  </${Droppable}>`;
}

/** Nothing is pushed of a chat that is not ours: while it is looked at, ask how it stands. */
function useWatch(desk, conversation) {
  useEffect(() => {
    if (!conversation) return undefined;
    const look = () => !conversation.live && desk.session.link.value === "up" && !document.hidden && conversation.learn();
    const timer = setInterval(look, WATCH_MS);
    return () => clearInterval(timer);
  }, [conversation]);
}

/** Files may be dropped anywhere over the conversation of one who speaks in it. */
function Droppable({ desk, conversation, children }) {
  const [over, setOver] = useState(false);
  const files = (event) => conversation.speaks && event.dataTransfer?.types.includes("Files");
  const drag = (event) => {
    if (!files(event)) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event) => {
    if (!files(event)) return;
    event.preventDefault();
    setOver(false);
    attach(desk, conversation, event.dataTransfer.files);
  };
  const out = (event) => event.currentTarget.contains(event.relatedTarget) || setOver(false);
  return html`<section class=${`thread${over ? " is-dropping" : ""}`} id="conversation" tabindex="-1" aria-label="Conversation" onDragOver=${drag} onDragLeave=${out} onDrop=${drop}>
    ${children}
    ${over && html`<p class="drop" aria-hidden="true"><${Icon} name="clip" />${T.drop}</p>`}
  </section>`;
}

/** Alone, so that its clock draws nothing else again. */
export function HeadBaton({ desk, conversation }) {
  conversation.version.value;
  const model = batonModel(conversation.baton, { now: clock.value + desk.session.skew, me: desk.me });
  return html`<div class="baton-room"><${Baton} model=${model} /></div>`;
}

export function details(desk) {
  if (matchMedia("(max-width: 719px)").matches) desk.view.pane.value = "details";
  else desk.view.drawer.value = !desk.view.drawer.value;
}

function about({ queue, details: known }) {
  const { topic, order } = known?.variables ?? {};
  const more = topic && topic.toLowerCase() !== queue.toLowerCase() ? topic : order ? `order ${order}` : "";
  return [queue, more].filter(Boolean).join(", ");
}

/** A pass whose giver stays: what is going on, and how to end it. */
function Passing({ desk, conversation }) {
  conversation.version.value;
  const { pass } = conversation;
  if (!pass || !conversation.holds) return null;
  const warm = pass.leave === "on_complete";
  const here = warm && pass.state === "accepted";
  if (!here) {
    return html`<div class="passing"><span class="quiet">${warm ? T.asking(towards(pass)?.name ?? desk.queueName(pass.queue)) : pass.leave === "now" ? T.leavesNow : T.leavesOnAccept}</span><button class="button" onClick=${() => cancel(desk, conversation, pass)}>${T.cancelPass}</button></div>`;
  }
  return html`<div class="passing"><button class="button" onClick=${() => cancel(desk, conversation, pass)}>${T.takeBack}</button><button class="button is-main" onClick=${() => complete(desk, conversation, pass)}><${Icon} name="arrow" />${T.completePass}</button></div>`;
}

function Actions({ desk, conversation }) {
  conversation.version.value;
  const { live, holds, wrappingUp } = conversation;
  if (wrappingUp) return null; // its after-work stands below, with what finishes it
  if (!live) return null;
  if (!holds) {
    const items = conversation.speaks ? helperItems(desk) : [];
    return html`<div class="thread-actions"><button class="button" onClick=${() => leave(desk, conversation)}><${Icon} name="back" />${T.leave}</button>${items.length > 0 && html`<${More} items=${items} />`}</div>`;
  }
  const helpers = conversation.others.some((stint) => stint.role === "helper");
  const bot = wayBack(conversation);
  return html`<div class="thread-actions">
    ${(bot || !conversation.details) && html`<button class="button is-back" title=${desk.keyboard.spelled("handBack")} onClick=${() => backToBot(desk, conversation)}><${Icon} name="back" /><span>${bot ? T.backTo(bot.name) : T.backToBot}</span></button>`}
    <button class="button is-pass" title=${desk.keyboard.spelled("transfer")} aria-haspopup="dialog" onClick=${() => (desk.view.dialog.value = "transfer")}><${Icon} name="arrow" /><span>${T.transfer}</span></button>
    ${helpers
      ? html`<button class="button is-done" onClick=${() => leave(desk, conversation)}><${Icon} name="back" /><span>${T.leave}</span></button>`
      : html`<button class="button is-done" title=${desk.keyboard.spelled("resolve")} onClick=${() => resolve(desk, conversation)}><${Icon} name="accept" /><span>${T.resolve}</span></button>`}
    <${More} items=${holderItems(desk, conversation, helpers)} />
  </div>`;
}

const opens = (desk, name) => () => (desk.view.dialog.value = name);

function helperItems(desk) {
  return [
    { icon: "person", text: T.invite, act: opens(desk, "invitation") },
    { icon: "ear", text: T.consult, act: opens(desk, "consultation") },
  ];
}

function holderItems(desk, conversation, helpers) {
  const pending = conversation.pass && T.whilePassing;
  return [
    { icon: "pause", text: T.hold, hint: desk.keyboard.spelled("hold"), act: opens(desk, "hold"), why: pending || (helpers && T.whileHelped) || undefined },
    ...helperItems(desk),
    { icon: "back", text: T.handBack, act: opens(desk, "handBack") },
    ...(helpers ? [{ icon: "accept", text: T.resolve, act: () => resolve(desk, conversation), why: T.whileHelped }] : []),
  ];
}

function More({ items }) {
  return html`<${Menu} label=${T.more} items=${items}><${Icon} name="more" /></${Menu}>`;
}

/** For the details page of a phone: what does not fit above the conversation. */
export function PhoneActions({ desk, conversation }) {
  conversation.version.value;
  if (!conversation.holds) return null;
  const bot = wayBack(conversation);
  return html`<div class="phone-actions">
    <button class="button" onClick=${opens(desk, "transfer")}><${Icon} name="arrow" />${T.transfer}</button>
    <button class="button" onClick=${() => backToBot(desk, conversation)}><${Icon} name="back" />${bot ? T.backTo(bot.name) : T.backToBot}</button>
    <button class="button" onClick=${opens(desk, "hold")}><${Icon} name="pause" />${T.hold}</button>
    <button class="button" onClick=${() => resolve(desk, conversation)}><${Icon} name="accept" />${T.resolve}</button>
  </div>`;
}

