// The small safe markdown of messages: `**bold**`, `*italic*`, `code`, links, line breaks. Pure: text in, tokens
// out. Whoever draws the tokens makes text nodes of them, so nothing in a message is ever markup.

const URL_START = /https?:\/\//y;
const URL_BODY = /https?:\/\/[^\s<>"'`]+/y;
const LABELLED = /\[([^\][\n]{1,200})\]\((https?:\/\/[^\s<>()"]{1,2000})\)/y;
const TRAILING = new Set(".,;:!?)]*");

/**
 * Return the tokens of a message: `{type: "text" | "code", text}`, `{type: "bold" | "italic", children}`,
 * `{type: "link", href, text}`, `{type: "break"}`.
 *
 * With `labels` false a link shows its own address only: what a stranger writes must not name one place and lead to
 * another.
 */
export function parse(text, { labels = true } = {}) {
  return new Parser(text, labels).inline(0, text.length, false);
}

/** The words of a message without its markup, in one line: for lists and accessible names. */
export function plain(text) {
  return words(parse(text)).replace(/\s+/g, " ").trim();
}

function words(tokens) {
  return tokens.map((token) => (token.type === "break" ? " " : token.children ? words(token.children) : token.text)).join("");
}

// From the end, because an expression looks anew at each sign: a page of dots would cost its length squared.
function withoutTrailing(address) {
  let end = address.length;
  while (TRAILING.has(address[end - 1])) end -= 1;
  return address.slice(0, end);
}

class Parser {
  constructor(text, labels) {
    this.text = text;
    this.labels = labels;
    // Signs that have no closing twin from here on: looked for once, so that a page of stars costs no more.
    this.without = {};
  }

  inline(start, end, nested) {
    const tokens = [];
    let from = start;
    let at = start;
    const flush = () => from < at && tokens.push({ type: "text", text: this.text.slice(from, at) });
    while (at < end) {
      const found = this.token(at, end, nested);
      if (!found) {
        at += 1;
        continue;
      }
      flush();
      tokens.push(found.token);
      at = from = found.next;
    }
    flush();
    return tokens;
  }

  token(at, end, nested) {
    switch (this.text[at]) {
      case "\n":
        return { token: { type: "break" }, next: at + 1 };
      case "`":
        return this.code(at, end);
      case "*":
        return nested ? null : this.emphasis(at, end);
      case "[":
        return this.labels ? this.labelled(at, end) : null;
      case "h":
        return this.address(at, end);
      default:
        return null;
    }
  }

  code(at, end) {
    const close = this.closing("`", at + 1, end);
    if (close <= at + 1) return null;
    return { token: { type: "code", text: this.text.slice(at + 1, close) }, next: close + 1 };
  }

  emphasis(at, end) {
    const sign = this.text.startsWith("**", at) ? "**" : "*";
    const open = at + sign.length;
    const close = this.closing(sign, open, end);
    const tight = close > open && !/\s/.test(this.text[open]) && !/\s/.test(this.text[close - 1]);
    if (!tight) return null;
    const type = sign === "**" ? "bold" : "italic";
    return { token: { type, children: this.inline(open, close, true) }, next: close + sign.length };
  }

  labelled(at, end) {
    LABELLED.lastIndex = at;
    const match = LABELLED.exec(this.text);
    if (!match || at + match[0].length > end) return null;
    return { token: { type: "link", href: match[2], text: match[1] }, next: at + match[0].length };
  }

  address(at, end) {
    URL_START.lastIndex = at;
    if (!URL_START.test(this.text)) return null;
    URL_BODY.lastIndex = at;
    const match = URL_BODY.exec(this.text);
    if (!match) return null;
    const href = withoutTrailing(match[0].slice(0, end - at));
    return { token: { type: "link", href, text: href }, next: at + href.length };
  }

  closing(sign, from, end) {
    if (this.without[sign] <= from) return -1;
    const close = this.text.indexOf(sign, from);
    if (close < 0) this.without[sign] = from;
    return close >= 0 && close + sign.length <= end ? close : -1;
  }
}
