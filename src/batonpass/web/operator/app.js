// The frame: bar, sections, page, trace. On a phone they are stacked.

import { useEffect } from "preact/hooks";
import { Avatar, Icon, html } from "../desk/ui.js";
import { Door } from "./door.js";
import { Sections } from "./sections.js";
import { PAGES } from "./pages.js";
import { Trace } from "./tracing.js";

export function App({ operator }) {
  const { auth, floor } = operator;
  const { section, id } = operator.route.value;
  if (auth.who.value === undefined) return html`<p class="door quiet" role="status">Connecting</p>`;
  if (!auth.who.value) return html`<${Door} operator=${operator} />`;
  const Page = PAGES[section] ?? PAGES.queues;
  const trace = operator.trace.value;
  return html`<div class=${`operator${trace ? " has-trace" : ""}${operator.menu.value ? " has-menu" : ""}`}>
    <a class="skip" href="#page">To the page</a>
    <${Bar} operator=${operator} />
    ${floor.link.value === "down" && html`<p class="banner is-warning top" role="status"><${Icon} name="offline" /><span><b>Reconnecting.</b> What is shown may be old.</span></p>`}
    ${floor.refusal.value && html`<p class="banner is-refusal top" role="alert"><${Icon} name="alert" /><span>Not live: ${floor.refusal.value}</span></p>`}
    <${Sections} operator=${operator} />
    <main class="page" id="page" tabindex="-1" key=${`${section}/${id}`}><${Page} operator=${operator} id=${id} /></main>
    ${trace && html`<${Trace} operator=${operator} trace=${trace} />`}
    <div class="toasts" role="status">${operator.toasts.value.map((toast) => html`<p class="toast" key=${toast.id}><${Icon} name="accept" />${toast.text}</p>`)}</div>
  </div>`;
}

function Bar({ operator }) {
  const { auth, floor } = operator;
  const me = auth.who.value;
  const name = floor.me.value?.name ?? me.account?.name ?? "Operator";
  const live = floor.link.value === "up";
  useEffect(() => {
    const press = (event) => event.key === "Escape" && operator.trace.value && !event.defaultPrevented && (operator.trace.value = null);
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return html`<header class="bar">
    <button class="plain only-phone" aria-label="Sections" aria-expanded=${operator.menu.value} onClick=${() => (operator.menu.value = !operator.menu.value)}><${Icon} name="menu" /></button>
    <a class="brand" href="#/queues"><img src="/assets/icon.svg" alt="" width="32" height="16" /> <b>Batonpass</b></a>
    <span class="quiet wide">Operator</span>
    <span class="grow"></span>
    <span class="live"><i class=${`disc is-${live ? "disc" : "ring"}`} aria-hidden="true"></i>${live ? "Live" : "Not live"}</span>
    <details class="me">
      <summary><${Avatar} kind="representative" name=${name} /><span class="unseen">Signed in as ${name}</span></summary>
      <div class="menu"><b>${name}</b><span class="quiet">${me.role === "admin" ? "Admin" : "Supervisor"}</span><button class="button" onClick=${() => operator.signOut()}>Sign out</button></div>
    </details>
  </header>`;
}
