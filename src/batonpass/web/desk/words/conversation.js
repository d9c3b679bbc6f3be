// Words of the conversation: head, timeline, composer.

export const TALK = {
  pick: "Choose a chat on the left",
  pickWhy: "Offers ring on the left; an accepted one opens here.",
  hidden: "Not shown to you",
  reconnecting: (seconds) => `Reconnecting${seconds ? `, ${seconds} s` : ""}.`,
  keepWriting: (count) => (count ? `Keep writing; ${count === 1 ? "1 message goes" : `${count} messages go`} out when we are back.` : "Keep writing; nothing is lost."),
  noteBy: (who) => `Private note by ${who}. Team only.`,
  whisperBy: (who) => `Whisper by ${who}. Agents only.`,
  draftBy: (who) => `Discarded draft by ${who}. Never seen by the customer.`,
  unseen: { consulted: "You are consulted: only agents hear you.", observer: "You are watching: only agents hear you." },
  helps: "You help here. The customer sees your name.",
  replyWaits: (time) => `Waiting for your reply, ${time}`,
  holds: (name) => ["You hold the baton. The customer sees ", name, "."],
  coming: "The baton is on its way to you.",
  over: "Your part in this chat is over. You see it up to there.",
  hold: "Hold",
};
