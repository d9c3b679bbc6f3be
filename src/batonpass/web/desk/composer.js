// Where the agent writes: Reply and Note keep separate drafts, per conversation, over a reload.

import { useEffect, useRef } from "preact/hooks";
import { duration, plural } from "../format.js";
import { Icon, Key, clock, html } from "./ui.js";
import { TALK as W } from "./words/conversation.js";
import { wrapUp } from "./words/shared.js";

const TYPING_EVERY_MS = 3_000;

export function Composer({ desk, conversation }) {
  conversation.version.value;
  const { live, wrappingUp } = conversation;
  if (!live && !wrappingUp) {
    return html`<div class="composer"><${Banner} conversation=${conversation} /><${Down} desk=${desk} conversation=${conversation} /><p class="over">${conversation.stint ? W.over : W.coming}</p></div>`;
  }
  const first = conversation.speaks ? "reply" : "whisper";
  const mode = !live || desk.view.mode.value === "note" ? "note" : first;
  return html`<div class="composer">
    <${Banner} conversation=${conversation} />
    <${Down} desk=${desk} conversation=${conversation} />
    <div class="modes">
      <div class="tabs" role="group" aria-label="What you write">
        ${live && html`<button aria-pressed=${mode === first} onClick=${() => (desk.view.mode.value = "reply")}>${conversation.speaks ? "Reply" : "Whisper"} <${Key}>Alt L</${Key}></button>`}
        <button aria-pressed=${mode === "note"} onClick=${() => (desk.view.mode.value = "note")}><${Icon} name="lock" size=${14} />Note <${Key}>Alt P</${Key}></button>
      </div>
      <p class="holds">${live ? holds(desk, conversation) : wrapLeft(desk, conversation)}</p>
    </div>
    <${Box} key=${`${conversation.id}:${mode}`} desk=${desk} conversation=${conversation} mode=${mode} />
  </div>`;
}

function holds(desk, conversation) {
  if (!conversation.speaks) return W.unseen[conversation.stint.role] ?? "";
  if (!conversation.holds) return W.helps;
  const [before, name, after] = W.holds(desk.agent.value.name);
  return html`${before}<b>${name}</b>${after}`;
}

function wrapLeft(desk, conversation) {
  const stint = desk.stints.list.value.find((one) => one.stint_id === conversation.stint?.stint_id);
  return `${wrapUp(stint?.until ? duration(stint.until - clock.value) : "")}. Notes only.`;
}

function Box({ desk, conversation, mode }) {
  const ref = useRef(null);
  const typed = useRef(0);
  const place = `batonpass:draft:${conversation.id}:${mode}`;
  const note = mode === "note";
  const whisper = mode === "whisper";
  useEffect(() => {
    ref.current.value = desk.drafts.text(conversation.id, mode);
    grow();
    if (matchMedia("(min-width: 720px)").matches) ref.current.focus();
    desk.view.composing = () => ref.current?.value.trim() !== "" && ref.current !== null;
  }, [place]);
  const grow = () => {
    const box = ref.current;
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${Math.min(box.scrollHeight, 180)}px`);
  };
  const input = () => {
    desk.drafts.keep(conversation.id, mode, ref.current.value);
    grow();
    if (note || whisper || !conversation.live || Date.now() - typed.current < TYPING_EVERY_MS) return;
    typed.current = Date.now();
    desk.session.tell("typing.set", { conversation_id: conversation.id, stint_id: conversation.stint.stint_id, on: true });
  };
  const send = () => {
    const text = ref.current.value.trim();
    if (!text) return;
    ref.current.value = "";
    typed.current = 0;
    desk.drafts.keep(conversation.id, mode, "");
    grow();
    if (note) conversation.write(text);
    else if (whisper) conversation.whisper(text);
    else conversation.say(text);
  };
  const key = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const label = note ? "Private note, team only" : whisper ? "Whisper, agents only" : `Write to ${conversation.customer}`;
  return html`<div class=${`box is-${mode}`}>
    <textarea id="composer" ref=${ref} rows="2" dir="auto" maxlength=${note ? 4000 : 8000} aria-label=${label} placeholder=${label} onInput=${input} onKeyDown=${key}></textarea>
    <div class="box-foot"><span class="quiet">Shift Enter for a new line</span><span class="grow"></span>
      <button class="button is-main" onClick=${send}><span class="wide">${note ? "Save note" : "Send"} <${Key}>Enter</${Key}></span><span class="narrow"><${Icon} name="send" size=${20} /><span class="unseen">${note ? "Save note" : "Send"}</span></span></button></div>
  </div>`;
}

function Banner({ conversation }) {
  if (!conversation.refusal) return null;
  const dismiss = () => {
    conversation.refusal = null;
    conversation.touch();
  };
  return html`<div class="banner is-refusal" role="alert"><${Icon} name="alert" /><span>${conversation.refusal.sentence}</span><button class="plain" aria-label="Dismiss" onClick=${dismiss}><${Icon} name="close" /></button></div>`;
}

function Down({ desk, conversation }) {
  if (desk.session.link.value !== "down") return null;
  const seconds = Math.floor((clock.value - desk.session.downSince) / 1000);
  const count = conversation.outbox.pending.length;
  return html`<div class="banner is-warning" role="status"><${Icon} name="offline" /><span><b>${W.reconnecting(seconds)}</b> ${W.keepWriting(count)}</span></div>`;
}
