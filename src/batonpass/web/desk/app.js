// The desk's screen: bar, lists, conversation, details. On a phone the last three are pages.

import { useEffect } from "preact/hooks";
import { ChangePassword } from "./account.js";
import { Bar } from "./bar.js";
import { customerName } from "./conversation.js";
import { Details } from "./details.js";
import { Dialogs } from "./dialogs.js";
import { Door } from "./door.js";
import { action } from "./keys.js";
import { Lists, mine } from "./lists.js";
import { backToBot, resolve } from "./talks.js";
import { Thread, details } from "./thread.js";
import { Icon, html } from "./ui.js";
import { DOOR } from "./words/door.js";

export function App({ desk, first = {} }) {
  useEffect(() => {
    const press = (event) => pressed(desk, event);
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  if (!desk.agent.value) return html`<${Outside} desk=${desk} first=${first} />`;
  const conversation = desk.stints.conversations.get(desk.view.selected.value) ?? null;
  conversation?.version.value; // draw again when it changes
  const frame = `desk pane-${desk.view.pane.value}${desk.view.drawer.value ? " has-drawer" : ""}`;
  return html`<div class=${frame}>
    <a class="skip" href="#conversation">To the conversation</a>
    <${Bar} desk=${desk} />
    ${desk.session.link.value === "down" && !conversation && html`<p class="banner is-warning top" role="status"><${Icon} name="offline" /><b>Reconnecting.</b> What is shown may be old.</p>`}
    <${Lists} desk=${desk} />
    <${OfferBar} desk=${desk} />
    <main class="talk">
      <h1 class="unseen">Desk</h1>
      <${Thread} desk=${desk} conversation=${conversation} />
      ${conversation && html`<div class="details-pane">
        <div class="details-head"><button class="plain" aria-label="Close details" onClick=${() => closeDetails(desk)}><${Icon} name="left" /></button><h2>Details</h2><span class="quiet">${conversation.customer}</span></div>
        <${Details} desk=${desk} conversation=${conversation} />
      </div>`}
    </main>
    <${Dialogs} desk=${desk} conversation=${conversation} />
    ${desk.view.dialog.value === "password" && html`<${ChangePassword} desk=${desk} />`}
    <${Toasts} desk=${desk} />
    <div class="unseen" aria-live="assertive">${desk.view.heard.value}</div>
  </div>`;
}

/** Not in, or not yet: the door, or why there is nothing to do here. */
function Outside({ desk, first }) {
  const { auth, session } = desk;
  if (auth.state.value === "out") return html`<${Door} auth=${auth} title=${DOOR.title} first=${first} />`;
  if (auth.state.value === "in" && session.link.value === "off") return html`<${NoAgent} auth=${auth} />`;
  return html`<p class="door quiet late-in" role="status">${DOOR.connecting}</p>`;
}

function NoAgent({ auth }) {
  return html`<main class="door"><div class="door-card">
    <img src="/assets/icon.svg" alt="" width="56" height="28" />
    <h1>${DOOR.noAgent}</h1><p>${DOOR.noAgentWhy}</p>
    <a class="button is-main" href="/operator">${DOOR.toOperator}</a>
    <button class="button" onClick=${() => auth.signOut()}>${DOOR.signOut}</button>
  </div></main>`;
}

function closeDetails(desk) {
  desk.view.drawer.value = false;
  if (desk.view.pane.value === "details") desk.view.pane.value = "conversation";
}

/** On a phone, inside a conversation: the offer as one line above it. */
function OfferBar({ desk }) {
  const one = desk.offers.list.value.find((known) => known.state !== "ended");
  if (!one) return null;
  return html`<div class="offer-bar"><button onClick=${() => desk.select(null)}><b>Offered to you</b> ${customerName(one.offer.customer, one.offer.conversation_id)}</button><button class="button is-take" onClick=${() => desk.offers.accept(one.offer.offer_id)}>Accept</button></div>`;
}

function Toasts({ desk }) {
  return html`<div class="toasts" role="status">${desk.view.toasts.value.map((toast) => html`<p class="toast" key=${toast.id}><${Icon} name="accept" />${toast.text}${toast.open && html`<button onClick=${() => (toast.open(), desk.view.dropToast(toast))}>Open</button>`}</p>`)}</div>`;
}

function pressed(desk, event) {
  const wanted = action(event);
  if (!wanted || !desk.agent.value || desk.view.dialog.value) return;
  const act = ACTIONS[wanted];
  if (act(desk, desk.current) === false) return;
  event.preventDefault();
}

const ACTIONS = {
  accept: (desk) => answer(desk, "accept"),
  decline: (desk) => answer(desk, "decline"),
  next: (desk) => step(desk, 1),
  previous: (desk) => step(desk, -1),
  longest: (desk) => select(desk, mine(desk)[0]),
  reply: (desk, conversation) => write(desk, conversation, "reply"),
  note: (desk, conversation) => write(desk, conversation, "note"),
  transfer: (desk, conversation) => conversation?.holds && (desk.view.dialog.value = "transfer"),
  hold: (desk, conversation) => conversation?.holds && (desk.view.dialog.value = "hold"),
  handBack: (desk, conversation) => conversation?.holds && void backToBot(desk, conversation),
  resolve: (desk, conversation) => conversation?.holds && void resolve(desk, conversation),
  details: (desk, conversation) => conversation && details(desk),
};

function answer(desk, what) {
  const one = desk.offers.list.value.find((known) => known.state === "open");
  if (!one) return false;
  desk.offers[what](one.offer.offer_id);
  return true;
}

function step(desk, by) {
  const rows = mine(desk);
  const at = rows.findIndex(({ id }) => id === desk.view.selected.value);
  return select(desk, rows[(at + by + rows.length) % rows.length]);
}

function select(desk, row) {
  if (!row) return false;
  desk.select(row.id);
  return true;
}

function write(desk, conversation, mode) {
  if (!conversation) return false;
  desk.view.mode.value = mode;
  requestAnimationFrame(() => document.getElementById("composer")?.focus());
  return true;
}
