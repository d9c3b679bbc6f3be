// What a message says: words, choices, a card, a file.

import { Rich, html } from "./ui.js";
import { FileLine } from "./files.js";

export function Content({ content, customer = false, desk }) {
  switch (content.type) {
    case "choices":
      return html`<${Rich} text=${content.text} labels=${!customer} />
        <span class="choices">${content.choices.map(({ label }) => html`<span class="tag">${label}</span>`)}</span>`;
    case "card":
      return html`<${Card} content=${content} customer=${customer} />`;
    case "attachment":
      return html`<${FileLine} content=${content} desk=${desk} />`;
    default:
      return html`<${Rich} text=${content.text ?? ""} labels=${!customer} />`;
  }
}

function Card({ content, customer }) {
  const { title, text, link_url: link, choices = [] } = content;
  return html`<span class="card-said"><b>${title}</b>${text && html`<span><${Rich} text=${text} labels=${!customer} /></span>`}
    ${link && html`<a href=${safe(link)} target="_blank" rel="noopener noreferrer nofollow">${link}</a>`}
    ${choices.length > 0 && html`<span class="choices">${choices.map(({ label }) => html`<span class="tag">${label}</span>`)}</span>`}</span>`;
}

/** Only web addresses open; anything else stays words. */
function safe(address) {
  return /^https?:\/\//i.test(address) ? address : undefined;
}

