// What one may write, and that nothing private turns public under one's hands.

/** The modes of a conversation, the first one its own. Whoever is alone with the customer has nobody to whisper to. */
export function modesOf(conversation) {
  if (conversation.wrappingUp) return ["wrapUp", "note"];
  if (!conversation.speaks) return ["whisper", "note"];
  const heard = conversation.others.length > 0;
  return heard ? ["reply", "whisper", "note"] : ["reply", "note"];
}

/**
 * The mode that is shown now. When one comes to hold, or nobody is left to whisper to, the box would become one that the
 * customer reads: not while there is half a whisper in it, which nobody has chosen to say aloud.
 *
 * @param {string[]} modes  those there are
 * @param {string} wanted  the one that was chosen last
 * @param {{mode: string, wanted: string}|null} before  what was shown of this conversation until now
 * @param {boolean} whispering  whether a whisper is begun
 */
export function modeNow(modes, wanted, before, whispering) {
  const mode = modes.includes(wanted) ? wanted : modes[0];
  const byItself = before?.mode === "whisper" && before.wanted === wanted;
  if (mode !== "reply" || !byItself || !whispering) return mode;
  return modes.includes("whisper") ? "whisper" : "note";
}
