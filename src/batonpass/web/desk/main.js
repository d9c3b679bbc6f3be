// The desk begins: who we are comes from the address, from this tab, from this browser, or from the door.

import { render } from "preact";
import { Auth, fromAddress } from "../auth.js";
import { io } from "../vendor/socket.io.esm.min.js";
import { App } from "./app.js";
import { Desk } from "./desk.js";
import { readySound } from "./sound.js";
import { html } from "./ui.js";

const server = location.origin;
const auth = new Auth({ server, tab: sessionStorage, browser: localStorage, label: "Desk" });
const desk = new Desk({ io, server, auth, storage: sessionStorage, browser: localStorage });
const first = fromAddress();

// Whoever is in and has an agent gets a connection; whoever is out has none.
auth.state.subscribe((state) => {
  const me = auth.me.peek(); // not known while there is no answer: the socket asks again and again
  if (state === "in" && (!me || me.agent_id)) desk.session.enter();
  else desk.session.leave();
});
void named();
void (first.key ? auth.useKey(first.key) : auth.begin());
addEventListener("hashchange", () => {
  const { key } = fromAddress();
  if (key) void auth.useKey(key);
});
desk.lists.start();
desk.alerts.start();
readySound();
render(html`<${App} desk=${desk} first=${first} />`, document.getElementById("desk"));

/** The workspace's name, as the widget has it; nice to see, and nothing waits for it. */
async function named() {
  const said = await auth.ask("GET", "/widget").catch(() => ({}));
  desk.place.value = said.name ?? "";
}
