// Earlier chats of the same customer: how they went, and what came of them.

import { useEffect, useState } from "preact/hooks";
import { batonModel } from "../baton.js";
import { plain } from "../markdown.js";
import { history } from "./talks.js";
import { Baton, html } from "./ui.js";
import { TALK as T } from "./words/talk.js";

const SHOWN = 5;

export function Earlier({ desk, conversation }) {
  const [rows, setRows] = useState(conversation.earlierChats ?? []);
  const [all, setAll] = useState(false);
  useEffect(() => {
    if (conversation.earlierChats) return; // they are over, and stay as they are
    history(desk, conversation).then(
      ({ conversations }) => setRows((conversation.earlierChats = conversations)),
      () => {},
    );
  }, [conversation.id]);
  if (!rows.length) return null;
  const shown = all ? rows : rows.slice(0, SHOWN);
  return html`<section class="card"><h3>${T.earlierChats} <span class="quiet">${rows.length}</span></h3>
    <ul class="earlier-list">${shown.map((row) => html`<li key=${row.conversation_id}><${Row} desk=${desk} row=${row} /></li>`)}</ul>
    ${!all && rows.length > SHOWN && html`<button class="link" onClick=${() => setAll(true)}>${rows.length - SHOWN} more</button>`}
  </section>`;
}

function Row({ desk, row }) {
  const now = desk.now();
  const words = plain(row.outcome?.summary_issue || row.last?.text || row.outcome?.disposition || row.queue);
  const inside = html`<${Baton} size="mini" model=${batonModel({ parts: row.baton, closed: row.state === "closed" }, { now, me: desk.me, size: "mini" })} /><span class="earlier-words" dir="auto">${words}</span><time class="quiet" datetime=${row.started_at}>${dayShort(row.started_at, now)}</time>`;
  return row.may?.includes("read") ? html`<button onClick=${() => desk.select(row.conversation_id)}>${inside}</button>` : html`<span>${inside}</span>`;
}

function dayShort(at, now) {
  const shape = { day: "numeric", month: "short" };
  if (now - Date.parse(at) > 300 * 86_400_000) shape.year = "numeric";
  return new Intl.DateTimeFormat("en-GB", shape).format(new Date(at));
}
