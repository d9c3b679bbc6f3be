// A timeline to be read: left is the customer and nothing else; all of our side, public or private, is right.

import { useLayoutEffect, useRef } from "preact/hooks";
import { hourMinute } from "../format.js";
import { lines } from "../desk/rows.js";
import { Avatar, Content, Icon, Pieces, Rich, html } from "../desk/ui.js";
import { Empty } from "./parts.js";

export function Reading({ entries, me }) {
  const ref = useRef(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [entries.length]);
  const scrolled = ({ target }) => (atEnd.current = target.scrollHeight - target.scrollTop - target.clientHeight < 40);
  const found = lines(entries, me).lines;
  return html`<div class="reading-lines" role="log" aria-label="Timeline" tabindex="0" ref=${ref} onScroll=${scrolled}>
    ${found.length ? found.map((line) => html`<${Line} key=${line.key} line=${line} />`) : html`<${Empty} title="Nothing was said yet">What is said stands here.<//>`}
  </div>`;
}

const PRIVATE = {
  note: ["lock", (name) => `Private note by ${name}. Team only.`, "is-note"],
  draft: ["drafts", (name) => `Discarded draft by ${name}. Never seen by the customer.`, "is-draft"],
};

function Line({ line }) {
  const time = html`<time datetime=${line.at}>${hourMinute(line.at)}</time>`;
  const who = line.actor?.name ?? "";
  if (line.type === "message" && !line.whisper) {
    const bot = line.actor?.type === "bot" || line.actor?.kind === "bot";
    return html`<div class=${`line is-${line.side}`}>${time}
      <div class="line-said">${line.side === "right" && html`<span class="line-who"><span dir="auto">${who}</span><${Avatar} kind=${bot ? "bot" : "representative"} name=${who || "?"} /></span>`}
        <div class=${`bubble ${line.side === "left" ? "is-customer" : bot ? "by-bot" : "by-person"}`} dir="auto"><${Content} content=${line.content} customer=${line.side === "left"} /></div></div></div>`;
  }
  if (line.type === "message" || PRIVATE[line.type]) {
    const [icon, label, shape] = line.whisper ? ["person", (name) => `Whisper by ${name}. Agents only.`, "is-whisper"] : PRIVATE[line.type];
    return html`<div class="line is-right">${time}<div class=${`line-private ${shape}`}><p class="line-label"><${Icon} name=${icon} size=${14} />${label(who)}</p><div dir="auto">${line.text !== undefined ? html`<${Rich} text=${line.text} />` : html`<${Content} content=${line.content} />`}</div></div></div>`;
  }
  return html`<div class="line is-notice">${time}<p>${line.pieces ? html`<${Pieces} of=${line.pieces} />` : line.type === "hidden" ? "Not shown to you" : line.text}</p></div>`;
}
