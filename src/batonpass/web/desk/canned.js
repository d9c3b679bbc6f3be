// Replies that are ready: `/` in an empty composer, or its button, opens them; words behind the stroke narrow them down.
// The server fills in the variables; what has no value is named, so that no gap goes out unseen.

import { useRef, useState } from "preact/hooks";
import { fitting } from "./fitting.js";
import { canned as ask } from "./talks.js";
import { html } from "./ui.js";
import { TALK as T } from "./words/talk.js";

export function useCanned({ desk, conversation, box, picked, on }) {
  const [replies, setReplies] = useState(null); // null: closed
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const byButton = useRef(false);
  const loading = useRef(false);
  const shown = replies ? fitting(replies, typed) : [];
  const close = () => {
    setReplies(null);
    byButton.current = loading.current = false;
  };
  const load = async () => {
    setAt(0);
    loading.current = true;
    try {
      const { replies: found } = await ask(desk, conversation);
      if (loading.current) setReplies(found);
    } catch (error) {
      conversation.refuse(error);
    }
    loading.current = false;
  };
  const look = () => {
    const stroke = /^\/(\S*)$/.exec(box.current.value);
    if (!on || (!stroke && !byButton.current)) return close();
    setTyped(stroke ? stroke[1] : "");
    setAt(0);
    if (!replies && !loading.current) void load();
  };
  const open = () => {
    if (replies) return close();
    byButton.current = true;
    setTyped("");
    box.current.focus();
    void load();
  };
  const pick = (reply) => {
    const node = box.current;
    const stroke = node.value.startsWith("/");
    const before = stroke ? "" : node.value.slice(0, node.selectionStart);
    const after = stroke ? "" : node.value.slice(node.selectionEnd);
    node.value = before + reply.text + after;
    const gap = reply.missing.length ? node.value.indexOf(`[${reply.missing[0]}]`, before.length) : -1;
    if (gap >= 0) node.setSelectionRange(gap, gap + reply.missing[0].length + 2);
    else node.setSelectionRange(before.length + reply.text.length, before.length + reply.text.length);
    close();
    node.focus();
    picked(reply);
  };
  const key = (event) => {
    // They are on their way: what was typed is no message.
    if (loading.current && (event.key === "Enter" || event.key === "Tab")) return event.preventDefault(), true;
    if (!replies) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) setAt((at + step + shown.length) % shown.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && shown[at]) pick(shown[at]);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const aria = replies ? { role: "combobox", "aria-expanded": "true", "aria-controls": "canned", "aria-autocomplete": "list", "aria-activedescendant": shown[at] ? `canned-${at}` : undefined } : {};
  return { replies, shown, at, look, open, close, key, pick, aria };
}

export function CannedList({ canned: { replies, shown, at, pick } }) {
  if (!replies) return null;
  return html`<ul class="canned" id="canned" role="listbox" aria-label=${T.canned}>
    ${shown.map(
      (reply, index) => html`<li role="option" id=${`canned-${index}`} aria-selected=${index === at} key=${reply.name} ref=${(node) => index === at && node?.scrollIntoView({ block: "nearest" })}
        onMouseDown=${(event) => event.preventDefault()} onClick=${() => pick(reply)}>
        <span class="canned-key">/${reply.shortcut || reply.name}</span><span class="canned-text" dir="auto">${reply.text}</span></li>`,
    )}
    ${!shown.length && html`<li class="quiet canned-none" role="option" aria-disabled="true" aria-selected="false">${replies.length ? T.cannedEmpty : T.cannedNone}</li>`}
  </ul>`;
}
