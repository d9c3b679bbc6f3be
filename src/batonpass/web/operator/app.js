// The frame: bar, sections, page, trace. On a phone they are stacked.

import { useEffect } from "preact/hooks";
import { Door } from "../desk/door.js";
import { Avatar, Icon, html } from "../desk/ui.js";
import { Finder } from "./finder.js";
import { Sections } from "./sections.js";
import { ADMINS, PAGES } from "./pages.js";
import { Trace } from "./tracing.js";

const TITLES = { __proto__: null, agents: "Agents", handoffs: "Hand-offs", conversations: "Chats", contacts: "Contacts", insights: "Insights", alerts: "Alerts", switches: "Switches", handback: "Hand-back", workflows: "Workflows", hours: "Hours", words: "Words", settings: "Settings", versions: "Versions", access: "Access", "queue-new": "New queue" };

export function App({ operator, first }) {
  const { auth, floor } = operator;
  const { section, id } = operator.route.value;
  if (auth.state.value === "asking") return html`<p class="door quiet" role="status">Connecting</p>`;
  if (auth.state.value !== "in") return html`<${Door} auth=${auth} title="Batonpass operator" first=${first} />`;
  if (!operator.allowed) return html`<${NotForYou} auth=${auth} />`;
  const Page = Object.hasOwn(PAGES, section) && (operator.admin || !ADMINS.has(section)) ? PAGES[section] : PAGES.queues;
  const trace = operator.trace.value;
  const alerts = floor.alerts.value.length;
  document.title = `${alerts ? `(${alerts}) ` : ""}${TITLES[section] ?? "Queues"} · Batonpass operator`;
  return html`<div class=${`operator${trace ? " has-trace" : ""}${operator.menu.value ? " has-menu" : ""}`}>
    <a class="skip" href="#page">To the page</a>
    <${Bar} operator=${operator} />
    ${floor.link.value === "down" && html`<p class="banner is-warning top" role="status"><${Icon} name="offline" /><span><b>Reconnecting.</b> What is shown may be old.</span></p>`}
    ${floor.refusal.value && html`<p class="banner is-refusal top" role="alert"><${Icon} name="alert" /><span>Not live: ${floor.refusal.value}</span></p>`}
    <${Sections} operator=${operator} />
    <main class="page" id="page" tabindex="-1" key=${`${section}/${id}`}>
      ${operator.configuration.readOnly && ADMINS.has(section) && section !== "access" && html`<p class="banner is-warning"><${Icon} name="lock" /><span>The configuration file has the last word. What stands here is changed there, and read again by <code>batonpass reload</code>.</span></p>`}
      <${Page} operator=${operator} id=${id} />
    </main>
    ${trace && html`<${Trace} operator=${operator} trace=${trace} />`}
    <div class="toasts" role="status">${operator.toasts.value.map((toast) => html`<p class="toast" key=${toast.id}><${Icon} name="accept" />${toast.text}</p>`)}</div>
  </div>`;
}

/** Signed in, but as somebody who serves and does not operate. */
function NotForYou({ auth }) {
  return html`<main class="door"><div class="door-card">
    <img src="/assets/icon.svg" alt="" width="56" height="28" />
    <h1>This page is for supervisors</h1>
    <p class="quiet">You are signed in${auth.me.value?.account ? ` as ${auth.me.value.account.name}` : ""}, and your place is the desk.</p>
    <a class="button is-main" href="/desk">To the desk</a>
    <button class="button" onClick=${() => auth.signOut()}>Sign in as somebody else</button>
  </div></main>`;
}

function Bar({ operator }) {
  const { auth, floor } = operator;
  const me = auth.me.value;
  const name = floor.me.value?.name ?? me?.account?.name ?? "Operator";
  const live = floor.link.value === "up";
  useEffect(() => {
    const press = (event) => event.key === "Escape" && operator.trace.value && !event.defaultPrevented && operator.closeTrace();
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return html`<header class="bar">
    <button class="plain only-phone" aria-label="Sections" aria-expanded=${operator.menu.value} onClick=${() => (operator.menu.value = !operator.menu.value)}><${Icon} name="menu" /></button>
    <a class="brand" href="#/queues" aria-label="Batonpass operator"><img src="/assets/icon.svg" alt="" width="32" height="16" /> <b>Batonpass</b></a>
    <span class="quiet wide">Operator</span>
    <${Finder} operator=${operator} />
    <span class="grow"></span>
    <span class="live"><i class=${`disc is-${live ? "disc" : "ring"}`} aria-hidden="true"></i>${live ? "Live" : "Not live"}</span>
    <details class="me">
      <summary><${Avatar} kind="representative" name=${name} /><span class="unseen">Signed in as ${name}</span></summary>
      <div class="menu"><b>${name}</b><span class="quiet">${me?.role === "admin" ? "Admin" : "Supervisor"}</span><button class="button" onClick=${() => auth.signOut()}>Sign out</button></div>
    </details>
  </header>`;
}
