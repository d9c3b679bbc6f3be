// The content of a message as nodes: text, cards, files. Text becomes text nodes, so nothing that was said is markup.

import { el, rich } from "../dom.js";
import { icon } from "../icons.js";

/**
 * What stands in a bubble for a content.
 *
 * @param {object} content  see docs/protocol.md
 * @param {{mine: boolean, words: object, files: object|null}} about  `files` null: a file has no link (not sent yet)
 */
export function contentNode(content, { mine, words, files }) {
  switch (content.type) {
    case "card":
      return card(content, { mine, words });
    case "attachment":
      return file(content, { words, files });
    default:
      return el("span", {}, rich(content.text, { labels: !mine }));
  }
}

function card({ image_url: src, title, text, link_url: href }, { mine, words }) {
  const picture = src && !mine ? el("img", { src, alt: "", loading: "lazy", decoding: "async", referrerPolicy: "no-referrer" }) : null;
  picture?.addEventListener("error", () => picture.remove()); // the page's policy, or gone
  const link = href ? el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, words.say("open_link"), el("span", { class: "unseen" }, ` ${title}`)) : null;
  return el("span", { class: "card" }, picture, el("span", {}, el("b", {}, title), el("span", { class: "card-text" }, rich(text)), link));
}

function file(content, { words, files }) {
  const size = words.size(content.size);
  const named = [icon("file", 20), el("span", { class: "file-name" }, el("bdi", {}, content.name), el("span", { class: "file-size" }, size))];
  if (!files) return el("span", { class: "file" }, named);
  const open = el("button", { type: "button", class: "file", "aria-label": words.say("download", { name: `${content.name}, ${size}` }), onClick: () => files.open(content) }, named);
  if (files.isPicture(content)) whenSeen(open, () => showPicture(open, content, files));
  return open;
}

function whenSeen(node, seen) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    seen();
  });
  watch.observe(node);
}

/** The picture above its name; without one the name stays. */
async function showPicture(button, content, files) {
  try {
    const bitmap = await files.picture(content);
    const scale = Math.min(1, 480 / bitmap.width, 400 / bitmap.height); // drawn for fine screens, shown at half
    const canvas = el("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale), "aria-hidden": "true" });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    button.classList.add("has-picture");
    button.prepend(canvas);
  } catch {
    // The link is still there.
  }
}
