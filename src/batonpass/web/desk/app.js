// The desk's screen: bar, lists, conversation, details. On a phone the last three are pages.

import { useEffect } from "preact/hooks";
import { ChangePassword } from "./account.js";
import { Bar } from "./bar.js";
import { Details } from "./details.js";
import { Dialogs } from "./dialogs.js";
import { Door } from "./door.js";
import { Help } from "./help.js";
import { Lists } from "./lists.js";
import { OfferBar } from "./offer.js";
import { listen } from "./shortcuts.js";
import { Thread } from "./thread.js";
import { Toasts } from "./toasts.js";
import { Icon, clock, html } from "./ui.js";
import { DOOR } from "./words/door.js";
import { FRAME as W } from "./words/frame.js";

export function App({ desk, first = {} }) {
  useEffect(() => listen(desk), []);
  if (!desk.agent.value) return html`<${Outside} desk=${desk} first=${first} />`;
  const frame = `desk pane-${desk.view.pane.value}${desk.view.drawer.value ? " has-drawer" : ""}`;
  return html`<div class=${frame}>
    <a class="skip" href="#conversation">${W.toConversation}</a>
    <${SkipToComposer} desk=${desk} />
    <${Bar} desk=${desk} />
    <${Down} desk=${desk} />
    <${Lists} desk=${desk} />
    <${OfferBar} desk=${desk} />
    <${Talk} desk=${desk} />
    <${Dialog} desk=${desk} />
    <${Toasts} desk=${desk} />
    <div class="unseen" aria-live="assertive">${desk.view.heard.value}</div>
  </div>`;
}

function SkipToComposer({ desk }) {
  const conversation = desk.current;
  conversation?.version.value;
  return conversation?.live && html`<a class="skip" href="#composer">${W.toComposer}</a>`;
}

function Talk({ desk }) {
  const conversation = desk.stints.conversations.get(desk.view.selected.value) ?? null;
  conversation?.version.value; // draw again when it changes
  return html`<main class="talk">
    <h1 class="unseen">${W.desk}</h1>
    <${Thread} desk=${desk} conversation=${conversation} />
    ${conversation && html`<div class="details-pane">
      <div class="details-head"><button class="plain" aria-label=${W.closeDetails} onClick=${() => desk.view.closeDetails()}><${Icon} name="left" /></button><h2>${W.details}</h2><span class="quiet" dir="auto">${conversation.customer}</span></div>
      <${Details} desk=${desk} conversation=${conversation} />
    </div>`}
  </main>`;
}

function Dialog({ desk }) {
  const name = desk.view.dialog.value;
  if (name === "password") return html`<${ChangePassword} desk=${desk} />`;
  if (name === "help") return html`<${Help} desk=${desk} />`;
  const conversation = desk.current;
  conversation?.version.value;
  return html`<${Dialogs} desk=${desk} conversation=${conversation} />`;
}

/** The connection is gone. Inside a chat its composer says so, with what waits there; this says what waits elsewhere. */
function Down({ desk }) {
  if (desk.session.link.value !== "down") return null;
  const inside = desk.current;
  let elsewhere = 0;
  for (const conversation of desk.stints.conversations.values()) {
    conversation.version.value;
    if (conversation !== inside) elsewhere += conversation.outbox.pending.length;
  }
  if (inside && !elsewhere && desk.view.pane.value !== "list") return null;
  const seconds = Math.max(0, Math.floor((clock.value - desk.session.downSince) / 1000));
  return html`<p class="banner is-warning top" role="status"><${Icon} name="offline" /><span><b>${W.reconnecting(seconds)}</b> ${elsewhere ? W.waiting(elsewhere) : W.mayBeOld}</span></p>`;
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
