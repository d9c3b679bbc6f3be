// The desk begins: a key from the address, from this tab, or from the form.

import { render } from "preact";
import { io } from "../vendor/socket.io.esm.min.js";
import { App } from "./app.js";
import { Desk } from "./desk.js";
import { readySound } from "./sound.js";
import { html } from "./ui.js";

const desk = new Desk({ io, server: location.origin, storage: sessionStorage });
const key = keyFromAddress() ?? sessionStorage.getItem("batonpass:key");
if (key) desk.session.signIn(key);
addEventListener("hashchange", () => {
  const pasted = keyFromAddress();
  if (pasted) desk.session.signIn(pasted);
});
readySound();
render(html`<${App} desk=${desk} />`, document.getElementById("desk"));

/** `#key=...`: taken once, and gone from the address bar and the history. */
function keyFromAddress() {
  const found = new URLSearchParams(location.hash.slice(1)).get("key");
  if (found) history.replaceState(null, "", location.pathname + location.search);
  return found;
}
