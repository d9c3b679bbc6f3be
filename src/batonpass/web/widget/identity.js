// Who the customer is, as the site's server signed it. The token is not checked here: the server does that. Here it
// only decides whose chat this browser remembers.

/** What stands for the one whom a token names, or null for a token that names nobody. */
export function subjectOf(token) {
  try {
    const body = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const { iss, sub } = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0))));
    return iss && sub ? JSON.stringify([iss, sub]) : null;
  } catch {
    return null;
  }
}

/**
 * Make the memory fit who the page says this is. Returns "same", "changed" (what was remembered is forgotten), or
 * "later": a chat that began without a name is finished as it began.
 *
 * @param {import("./memory.js").Memory} memory
 * @param {string|null} token  null: nobody is signed in
 */
export function settleIdentity(memory, token, { between = false } = {}) {
  const before = memory.session?.identity ?? null;
  const now = token ? subjectOf(token) : null;
  if (before === now) return "same";
  if (!before && memory.chat?.conversation_id && !between) return "later";
  forget(memory);
  return "changed";
}

/** Another customer's chat, words and drafts are nobody's business. */
function forget(memory) {
  memory.session = memory.chat = memory.read = null;
  memory.asked = [];
  memory.draft = "";
  for (const item of memory.load()) memory.drop(item);
}
