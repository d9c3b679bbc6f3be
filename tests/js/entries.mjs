// Entries as the server sends them, for the tests of what reads them.

const START = Date.UTC(2026, 10, 20, 12, 0, 0);

/** A time so many seconds into the chat. */
export const at = (seconds) => new Date(START + seconds * 1000).toISOString();

/** Give entries the numbers they would have. */
export const numbered = (entries) => entries.map((entry, index) => ({ seq: index + 1, ...entry }));

const actor = (who) => (who === "customer" ? { type: "customer", name: "" } : { type: who.kind === "bot" ? "bot" : "person", name: who.name, id: who.id });

export const message = (who, seconds, text = "words") => ({ event: "message.created", at: at(seconds), actor: actor(who), data: { message_id: `m${seconds}`, content: { type: "text", text } } });
export const added = (agent, seconds, role = "holder") => ({ event: "conversation.agent_added", at: at(seconds), actor: actor(agent), data: { agent, role } });
export const removed = (agent, seconds, reason, role = "holder", notice = undefined) => ({ event: "conversation.agent_removed", at: at(seconds), actor: actor(agent), data: { agent, role, reason, notice } });
export const closed = (seconds, reason) => ({ event: "conversation.closed", at: at(seconds), actor: { type: "system" }, data: { reason } });
export const note = (who, seconds) => ({ event: "note.added", at: at(seconds), actor: actor(who), data: { note_id: `n${seconds}`, text: "note" } });
export const draft = (who, seconds) => ({ event: "draft.discarded", at: at(seconds), actor: actor(who), data: { stint_id: "s", client_id: "c", content: { type: "text", text: "late" }, reason: "stint_ended" } });
export const hidden = () => ({ event: "entry.hidden", at: at(0), data: { hidden: true } });
