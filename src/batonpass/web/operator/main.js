// The operator page begins: who we are, then what goes on.

import { render } from "preact";
import { io } from "../vendor/socket.io.esm.min.js";
import { html } from "../desk/ui.js";
import { App } from "./app.js";
import { Auth } from "./auth.js";
import { Operator } from "./operator.js";

const auth = new Auth({ server: location.origin, storage: sessionStorage });
const operator = new Operator({ io, server: location.origin, auth });
const given = fromAddress();
operator.setUp.value = given.setup ? { code: given.setup, agent: given.agent ?? "" } : null;
operator.begin(given.key);
addEventListener("hashchange", () => operator.go(location.hash));
render(html`<${App} operator=${operator} />`, document.getElementById("operator"));

/** `#key=...` or `#setup=...`: taken once, and gone from the address bar and the history. */
function fromAddress() {
  const found = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (found.key || found.setup) history.replaceState(null, "", location.pathname + location.search);
  return found;
}
