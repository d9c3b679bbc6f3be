// Files of a chat: sent with a bar that shows how far, refused with a sentence, read through links that expire.

import { Refused } from "../connection.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const CODES = { too_large: "file_too_large", attachment_type: "file_type_any", unsupported_media_type: "file_type_any", attachment_empty: "file_empty", attachments_full: "file_full" };

export class Files {
  /**
   * @param {object} parts
   * @param {import("./chat.js").Chat} parts.chat
   * @param {{max_size: number, types: string[]}|null} parts.limits  null: no files are taken
   * @param {import("./words.js").Words} parts.words
   * @param {() => void} parts.changed  `items` has changed: what is on its way, or was refused
   */
  constructor({ chat, limits, words, changed }) {
    Object.assign(this, { chat, limits, words, changed });
    this.items = []; // {id, file, percent, error, retry}
    this.count = 0;
  }

  /** Send files, one after the other. */
  async add(files) {
    const items = [...files].map((file) => this.#item(file));
    this.items.push(...items);
    this.changed();
    for (const item of items) if (!item.error) await this.#send(item);
  }

  /** Once more, after a failure. */
  retry(item) {
    item.error = null;
    this.changed();
    return this.#send(item);
  }

  drop(item) {
    item.request?.abort();
    this.items = this.items.filter((one) => one !== item);
    this.changed();
  }

  clear() {
    for (const item of [...this.items]) this.drop(item);
  }

  /** Open a file: the browser keeps it where it keeps downloads. */
  async open({ attachment_id, name }) {
    try {
      const { url } = await this.#link(attachment_id);
      const anchor = document.createElement("a");
      Object.assign(anchor, { href: url, download: name, rel: "noopener" });
      anchor.click();
    } catch (error) {
      this.chat.refuse(error.code === "not_found" ? this.words.say("file_gone") : this.words.refusal(error));
    }
  }

  /** Whether a file can be shown where it stands. */
  isPicture({ media_type, size }) {
    return PICTURES.has(media_type) && size < 10_000_000;
  }

  /** A picture as a bitmap: drawn on a canvas it needs nothing of the page's policy for pictures. */
  async picture({ attachment_id }) {
    const { url } = await this.#link(attachment_id);
    const response = await fetch(url);
    if (!response.ok) throw new Refused({ code: "not_found", message: "" });
    return createImageBitmap(await response.blob());
  }

  #item(file) {
    this.count += 1;
    const item = { id: `file:${this.count}`, file, name: file.name, percent: 0, error: null, retry: false };
    const { max_size: most, types } = this.limits;
    const refused = (key, more) => (item.error = this.words.say(key, { name: file.name, ...more }));
    if (!file.size) refused("file_empty");
    else if (file.size > most) refused("file_too_large", { size: this.words.size(most) });
    else if (file.type && !types.includes(file.type)) refused("file_type", { types: types.map(ending).join(", ") });
    return item;
  }

  async #send(item) {
    try {
      const { content } = await this.#post(item);
      this.items = this.items.filter((one) => one !== item);
      this.chat.send(content);
    } catch (error) {
      item.error = this.words.say(CODES[error.code] ?? "file_failed", { name: item.name, size: this.words.size(this.limits.max_size) });
      item.retry = !(error.code in CODES);
    }
    this.changed();
  }

  // XMLHttpRequest, because fetch does not say how far an upload has come.
  #post(item) {
    return new Promise((resolve, reject) => {
      const { file } = item;
      const request = (item.request = new XMLHttpRequest());
      const { server, conversationId, session } = this.chat;
      request.open("POST", `${server}/api/v1/conversations/${conversationId}/attachments?name=${encodeURIComponent(file.name.slice(-255))}`);
      request.responseType = "json";
      request.setRequestHeader("Authorization", `Bearer ${session.token}`);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        item.percent = total ? Math.floor((100 * loaded) / total) : 0;
        this.changed();
      });
      request.addEventListener("load", () => (request.status === 201 ? resolve(request.response) : reject(request.response ?? {})));
      request.addEventListener("error", () => reject({}));
      request.addEventListener("abort", () => reject({}));
      request.send(file);
    });
  }

  async #link(attachmentId) {
    const { server, session } = this.chat;
    const headers = { Authorization: `Bearer ${session.token}` };
    const response = await fetch(`${server}/api/v1/attachments/${attachmentId}`, { headers }).catch(() => null);
    if (!response) throw new Refused({ code: "offline", message: "" });
    const said = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused({ code: said.code ?? "internal", message: said.detail ?? "" });
    return { ...said, url: new URL(said.url, server).href };
  }
}

/** A media type as people call it: "PNG", "PDF". */
function ending(type) {
  return type === "text/plain" ? "TXT" : type.split("/")[1].split(/[.+-]/).at(-1).toUpperCase();
}
