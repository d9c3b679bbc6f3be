// Files: chosen, dropped or pasted, stored at once with progress, sent with the next message; and read by a link.

import { useEffect, useState } from "preact/hooks";
import { newClientId } from "../stream.js";
import { fileSize } from "./measures.js";
import { Icon, html } from "./ui.js";
import { TALK as T } from "./words/talk.js";

const PICTURE = /^image\/(png|jpeg|gif|webp)$/;
const FRESH_MS = 60_000;

/** Where the file is read for a while; asked for when somebody wants it. */
const linkOf = async (desk, id) => (await desk.auth.ask("GET", `/attachments/${encodeURIComponent(id)}`)).url;

/** A file in the timeline: its name, its size, a picture where it is one. */
export function FileLine({ content, desk }) {
  const { attachment_id: id, name, size, media_type: type } = content;
  const [trouble, setTrouble] = useState("");
  const open = async () => {
    try {
      setTrouble("");
      const link = document.createElement("a");
      Object.assign(link, { href: await linkOf(desk, id), download: name, rel: "noopener" });
      link.click();
    } catch (error) {
      setTrouble(error.message);
    }
  };
  return html`<span class="file">
    ${PICTURE.test(type) && desk && html`<${Picture} desk=${desk} id=${id} name=${name} open=${open} />`}
    <button class="file-name" onClick=${open}><${Icon} name="file" /><span dir="auto">${name}</span><span class="quiet">${fileSize(size)}</span></button>
    ${trouble && html`<span class="quiet" role="alert">${trouble}</span>`}
  </span>`;
}

const pictures = new Map(); // attachment id -> {url, until}

function Picture({ desk, id, name, open }) {
  const [url, setUrl] = useState(known(id));
  useEffect(() => {
    if (url) return undefined;
    let gone = false;
    linkOf(desk, id).then(
      (found) => {
        pictures.set(id, { url: found, until: Date.now() + FRESH_MS });
        if (!gone) setUrl(found);
      },
      () => {}, // its name is there, and says why when it is pressed
    );
    return () => (gone = true);
  }, [id]);
  return url ? html`<button class="picture" onClick=${open} aria-label=${`Open ${name}`}><img src=${url} alt="" loading="lazy" /></button>` : null;
}

function known(id) {
  const found = pictures.get(id);
  return found && found.until > Date.now() ? found.url : null;
}

/**
 * The files that wait to be sent with the next message: `{key, name, size, share, content?, trouble?}`. They belong to a
 * conversation, so switching to another one keeps them.
 */
export function waitingFiles(conversation) {
  conversation.files ??= [];
  return conversation.files;
}

/** Store files, one request each; the chips above the composer show how far each is. */
export function attach(desk, conversation, files) {
  for (const file of files) {
    const chip = { key: newClientId(), file, name: file.name || "picture.png", size: file.size, share: 0 };
    conversation.files = [...waitingFiles(conversation), chip];
    upload(desk, conversation, chip);
  }
  conversation.touch();
}

export function detach(conversation, chip) {
  chip.request?.abort();
  conversation.files = waitingFiles(conversation).filter((one) => one !== chip);
  conversation.touch();
}

/** XMLHttpRequest, because fetch says nothing of progress. */
export function upload(desk, conversation, chip) {
  const request = new XMLHttpRequest();
  Object.assign(chip, { request, share: 0, trouble: "", again: false });
  request.open("POST", `/api/v1/conversations/${encodeURIComponent(conversation.id)}/attachments?name=${encodeURIComponent(chip.name)}`);
  // With a cookie the browser says who we are.
  if (desk.auth.token) request.setRequestHeader("Authorization", `Bearer ${desk.auth.token}`);
  request.setRequestHeader("Content-Type", chip.file.type || "application/octet-stream");
  request.upload.onprogress = ({ loaded, total }) => {
    chip.share = total ? Math.round((loaded / total) * 100) : 0;
    conversation.touch();
  };
  request.onload = () => {
    const reply = answer(request);
    if (request.status === 201) chip.content = reply.content;
    else chip.trouble = reply.detail ?? "The server did not take it.";
    chip.again = request.status >= 500;
    conversation.touch();
  };
  request.onerror = () => {
    chip.trouble = "No connection.";
    chip.again = true;
    conversation.touch();
  };
  request.send(chip.file);
}

function answer(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

/** Above the composer: what is attached, and what became of what is not. */
export function Chips({ desk, conversation }) {
  conversation.version.value;
  const files = waitingFiles(conversation);
  if (!files.length) return null;
  return html`<ul class="chips" aria-label="Files">
    ${files.map(
      (chip) => html`<li class=${`chip${chip.trouble ? " is-trouble" : ""}`} key=${chip.key}>
        <${Icon} name=${chip.trouble ? "alert" : "file"} size=${14} />
        <span class="chip-name" dir="auto">${chip.name}</span>
        <span class="quiet" role=${chip.trouble ? "alert" : null}>${chip.trouble || (chip.content ? fileSize(chip.size) : `${chip.share} %`)}</span>
        ${chip.again && html`<button class="link" onClick=${() => (upload(desk, conversation, chip), conversation.touch())}>${T.tryAgain}</button>`}
        <button class="plain is-tiny" aria-label=${T.removeFile(chip.name)} onClick=${() => detach(conversation, chip)}><${Icon} name="close" size=${12} /></button>
      </li>`,
    )}
  </ul>`;
}
