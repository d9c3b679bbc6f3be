// Where the agent writes. Reply, whisper and note keep separate drafts, per conversation, over a reload.

import { useEffect, useRef, useState } from "preact/hooks";
import { CannedList, useCanned } from "./canned.js";
import { Chips, attach, waitingFiles } from "./files.js";
import { modeNow, modesOf } from "./modes.js";
import { keepDraft } from "./talks.js";
import { Icon, Key, clock, html } from "./ui.js";
import { TALK as T } from "./words/talk.js";
import { WrapUp } from "./wrapup.js";

const TYPING_EVERY_MS = 3_000;
const MOST = { note: 4000, whisper: 8000, reply: 8000 };

export function Composer({ desk, conversation }) {
  conversation.version.value;
  const { live, wrappingUp } = conversation;
  // What is left to do comes first, whatever one wrote before.
  useEffect(() => {
    if (wrappingUp) desk.view.mode.value = "wrapUp";
  }, [conversation.id, wrappingUp]);
  const top = html`<${Banner} conversation=${conversation} /><${Down} desk=${desk} conversation=${conversation} />`;
  if (!live && !wrappingUp) return html`<div class="composer">${top}<${NotIn} desk=${desk} conversation=${conversation} /></div>`;
  return html`<div class="composer">${top}<${Writing} key=${conversation.id} desk=${desk} conversation=${conversation} /></div>`;
}

function Writing({ desk, conversation }) {
  conversation.version.value;
  const modes = modesOf(conversation);
  const mode = useMode(desk, conversation, modes);
  return html`<div class="modes">
      <${Modes} desk=${desk} modes=${modes} mode=${mode} />
      <p class="holds">${role(desk, conversation, mode)}</p>
      ${mode !== "wrapUp" && html`<span class="grow"></span><span class="draft-state quiet" id="draft-state" aria-live="off"></span>`}
    </div>
    ${mode === "wrapUp" ? html`<${WrapUp} key=${conversation.stint.stint_id} desk=${desk} conversation=${conversation} />` : html`<${Box} key=${`${conversation.id}:${mode}:${conversation.restored ?? 0}`} desk=${desk} conversation=${conversation} mode=${mode} />`}`;
}

/** The mode that is shown; half a whisper that nobody is there for any more becomes half a note. */
function useMode(desk, conversation, modes) {
  const { id } = conversation;
  const wanted = desk.view.mode.value;
  const mode = modeNow(modes, wanted, conversation.wrote, Boolean(desk.drafts.text(id, "whisper").trim()));
  const held = mode !== (modes.includes(wanted) ? wanted : modes[0]);
  useEffect(() => {
    conversation.wrote = { mode, wanted: held ? mode : wanted };
    if (!held) return;
    if (mode === "note") {
      keepDraft(desk, conversation, "note", desk.drafts.text(id, "whisper"));
      desk.drafts.keep(id, "whisper", "");
    }
    desk.view.mode.value = mode;
  });
  return mode;
}

const MODES = { reply: [T.reply, null, "reply"], whisper: [T.whisper, "ear", null], note: [T.note, "lock", "note"], wrapUp: [T.wrapUp, null, null] };

function Modes({ desk, modes, mode }) {
  return html`<div class="tabs" role="group" aria-label="What you write">
    ${modes.map((one, index) => {
      const [words, icon, action] = MODES[one];
      const known = index === 0 && one !== "wrapUp" ? "reply" : action;
      const key = known && desk.keyboard.spelled(known);
      return html`<button aria-pressed=${mode === one} onClick=${() => (desk.view.mode.value = one)}>${icon && html`<${Icon} name=${icon} size=${14} />`}${words} ${key && html`<${Key}>${key}</${Key}>`}</button>`;
    })}
  </div>`;
}

function role(desk, conversation, mode) {
  if (conversation.wrappingUp) return "";
  if (mode === "whisper" && conversation.speaks) return T.whisperTold;
  if (!conversation.speaks) return T.unseen[conversation.stint.role] ?? "";
  if (!conversation.holds) return T.helps;
  const [before, name, after] = T.holds(desk.agent.value.name);
  return html`${before}<b>${name}</b>${after}`;
}

/** Not in it: what it is, and what can be done about it. */
function NotIn({ desk, conversation }) {
  conversation.version.value;
  const { stint, details, row } = conversation;
  const status = details?.status ?? row?.state;
  const take = (event) => desk.acts.take(event, conversation.id, conversation.row);
  if (conversation.telling.story.closed || status === "closed") return html`<p class="over">${T.closed}</p>`;
  if (row?.may?.includes("resume") || (status === "held" && row)) return html`<p class="over">${T.notInItHeld}<button class="button is-main" onClick=${() => take("conversation.resume")}>${T.resume}</button></p>`;
  if (row?.may?.includes("pick_up")) return html`<p class="over">${T.notInItWaits}<button class="button is-main" onClick=${() => take("conversation.pick_up")}>${T.pickUp}</button></p>`;
  return html`<p class="over">${stint ? T.over : row ? T.notInIt : T.coming}</p>`;
}

function Box({ desk, conversation, mode }) {
  const ref = useRef(null);
  const typed = useRef(0);
  const [missing, setMissing] = useState([]);
  const spoken = mode === "reply";
  const canned = useCanned({ desk, conversation, box: ref, picked: (reply) => inserted(reply), on: spoken });
  useEffect(() => {
    ref.current.value = desk.drafts.text(conversation.id, mode);
    grow(ref.current);
    kept(ref.current.value);
    if (matchMedia("(min-width: 720px)").matches) ref.current.focus();
    desk.view.composing = () => Boolean(ref.current?.value.trim());
  }, [conversation.id, mode]);
  const changed = () => {
    desk.drafts.keep(conversation.id, mode, ref.current.value);
    grow(ref.current);
    kept(ref.current.value);
    canned.look();
    if (!spoken || !conversation.live || Date.now() - typed.current < TYPING_EVERY_MS) return;
    typed.current = Date.now();
    desk.session.tell("typing.set", { conversation_id: conversation.id, stint_id: conversation.stint.stint_id, on: true });
  };
  const inserted = (reply) => {
    setMissing(reply.missing);
    changed();
  };
  const send = () => {
    const text = ref.current.value.trim();
    const files = spoken ? waitingFiles(conversation) : [];
    if (!text && !files.some((chip) => chip.content)) return;
    ref.current.value = "";
    typed.current = 0;
    desk.drafts.keep(conversation.id, mode, "");
    setMissing([]);
    kept("");
    grow(ref.current);
    sent(conversation, mode, text, files);
  };
  const key = (event) => {
    if (canned.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const paste = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!spoken || !files.length) return;
    event.preventDefault();
    attach(desk, conversation, files);
  };
  const label = { note: "Private note, team only", whisper: "Whisper, agents only", reply: `Write to ${conversation.customer}` }[mode];
  const send2 = mode === "note" ? T.saveNote : T.send;
  return html`<div class=${`box is-${mode}`}>
    ${spoken && html`<${CannedList} canned=${canned} />`}
    ${spoken && html`<${Chips} desk=${desk} conversation=${conversation} />`}
    ${missing.length > 0 && html`<p class="missing" role="status"><${Icon} name="alert" size=${14} />${T.missing(missing)}</p>`}
    <textarea id="composer" ref=${ref} rows="2" dir="auto" maxlength=${MOST[mode]} aria-label=${label} placeholder=${label} onInput=${changed} onKeyDown=${key} onPaste=${paste} onBlur=${canned.close} ...${canned.aria}></textarea>
    <div class="box-foot">
      ${spoken && html`<button class="plain" aria-label=${T.canned} title=${T.canned} onMouseDown=${(event) => event.preventDefault()} onClick=${canned.open}><${Icon} name="canned" /></button><${AttachButton} desk=${desk} conversation=${conversation} />`}
      <span class="quiet hint-keys">${spoken ? T.savedReplies : "Shift Enter for a new line"}</span><span class="grow"></span>
      <button class="button is-main" onClick=${send}><span class="wide">${send2} <${Key}>Enter</${Key}></span><span class="narrow"><${Icon} name="send" size=${20} /><span class="unseen">${send2}</span></span></button>
    </div>
  </div>`;
}

/** Words first, then the files that are stored; those still on their way, or refused, stay above the box. */
function sent(conversation, mode, text, files) {
  if (text && mode === "note") conversation.write(text);
  else if (text && mode === "whisper") conversation.whisper(text);
  else if (text) conversation.say(text);
  for (const { content } of files.filter((chip) => chip.content)) conversation.sendContent(content);
  if (files.length) conversation.files = files.filter((chip) => !chip.content);
  conversation.touch();
}

function AttachButton({ desk, conversation }) {
  const input = useRef(null);
  const chosen = () => {
    attach(desk, conversation, input.current.files);
    input.current.value = "";
  };
  return html`<button class="plain" aria-label=${T.attach} title=${T.attach} onClick=${() => input.current.click()}><${Icon} name="clip" /></button><input class="unseen" type="file" multiple tabindex="-1" aria-hidden="true" ref=${input} onChange=${chosen} />`;
}

/** Where the browser does it by itself, a keystroke costs no layout of ours. */
const GROWS = globalThis.CSS?.supports?.("field-sizing", "content");

function grow(box) {
  if (GROWS) return;
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${Math.min(box.scrollHeight, 180)}px`);
}

/** Said in place, so that a keystroke draws nothing but its letter. */
function kept(text) {
  const node = document.getElementById("draft-state");
  if (node) node.textContent = text.trim() ? T.draftSaved : "";
}

function Banner({ conversation }) {
  conversation.version.value;
  if (!conversation.refusal) return null;
  const dismiss = () => {
    conversation.refusal = null;
    conversation.touch();
  };
  const [first, rest] = halves(conversation.refusal.sentence);
  return html`<div class="banner is-refusal" role="alert"><${Icon} name="alert" /><span><b>${first}</b>${rest}</span><button class="plain" aria-label="Dismiss" onClick=${dismiss}><${Icon} name="close" /></button></div>`;
}

/** What did not happen stands out; what still holds follows it. */
function halves(sentence) {
  const at = sentence.search(/\.\s/);
  return at < 0 ? [sentence, ""] : [sentence.slice(0, at + 1), sentence.slice(at + 1)];
}

function Down({ desk, conversation }) {
  conversation.version.value;
  if (desk.session.link.value !== "down") return null;
  const seconds = Math.floor((clock.value - desk.session.downSince) / 1000);
  const count = conversation.outbox.pending.length;
  return html`<div class="banner is-warning" role="status"><${Icon} name="offline" /><span><b>${T.reconnecting(seconds)}</b> ${T.keepWriting(count)}</span></div>`;
}
