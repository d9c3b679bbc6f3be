// Words of the frame.

export const FRAME = {
  desk: "Desk",
  toConversation: "To the conversation",
  toComposer: "To the composer",
  details: "Details",
  closeDetails: "Close details",
  reconnecting: (seconds) => `Reconnecting${seconds ? `, ${seconds} s` : ""}.`,
  mayBeOld: "What is shown may be old. Writing goes on.",
  waiting: (count) => `Keep writing; ${count === 1 ? "1 message goes" : `${count} messages go`} out when we are back.`,
};
