// The operator page begins: who we are comes from the address, from this tab, from this browser, or from the door.

import { render } from "preact";
import { Auth, fromAddress } from "../auth.js";
import { html } from "../desk/ui.js";
import { io } from "../vendor/socket.io.esm.min.js";
import { App } from "./app.js";
import { Operator } from "./operator.js";

const server = location.origin;
const auth = new Auth({ server, tab: sessionStorage, browser: localStorage, label: "Operator page" });
const operator = new Operator({ io, server, auth });
const first = fromAddress();

operator.begin();
void (first.key ? auth.useKey(first.key) : auth.begin());
addEventListener("hashchange", () => {
  const { key } = fromAddress();
  if (key) void auth.useKey(key);
  else operator.go(location.hash);
});
render(html`<${App} operator=${operator} first=${first} />`, document.getElementById("operator"));
