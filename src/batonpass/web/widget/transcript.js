// The chat to keep, as a text file.

/** Ask for all lines and let the browser save them. */
export async function saveTranscript(chat, words) {
  try {
    const anchor = document.createElement("a");
    const file = new Blob([await wholeText(chat)], { type: "text/plain;charset=utf-8" });
    Object.assign(anchor, { href: URL.createObjectURL(file), download: `${words.say("transcript_file")}-${new Date().toISOString().slice(0, 10)}.txt` });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
  } catch {
    chat.refuse(words.say("transcript_failed"));
  }
}

async function wholeText(chat) {
  let text = "";
  let after = 0;
  for (;;) {
    const page = await chat.call("transcript.get", { conversation_id: chat.conversationId, format: "text", after });
    text += page.text ?? "";
    if (page.upto >= page.head || page.upto <= after) return text;
    after = page.upto;
  }
}
