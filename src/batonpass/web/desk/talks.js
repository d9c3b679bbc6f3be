// What an agent does in a conversation beyond writing: pass it on, bring others in, park it, close it, tell what it
// was about. Each is one call that may be repeated; a refusal becomes a sentence above the composer.

import { hourMinute } from "../format.js";
import { newClientId } from "../stream.js";
import { refusal, whenOpens } from "./refusals.js";
import { TALK as T } from "./words/talk.js";

/** A time that is to come, in words. */
export const when = (desk) => (at) => whenOpens(at, desk.now());

// ------------------------------------------------------------------------------------------------ the baton

/**
 * Ask for a hand-off; throws the refusal with `sentence`.
 *
 * @param {object} wanted  the fields of `handoff.request`; `about` is the target in words for a refusal
 */
export async function request(desk, conversation, { about = null, ...wanted }) {
  try {
    return await desk.insist("handoff.request", { ...of(conversation), client_id: newClientId("ho:"), ...wanted });
  } catch (error) {
    error.sentence = said(desk, conversation, error, { act: "request", kind: wanted.kind, target: about });
    throw error;
  }
}

/** The bot that held the baton last, or null. */
function previousBot({ baton }) {
  return baton.parts.findLast((part) => part.kind === "bot" && part.agent_id) ?? null;
}

/** Where one click hands back to: `{name, target?}`, as the queue's policy has it; without one, the bot before us. */
export function wayBack(conversation) {
  const usual = conversation.details?.back_to;
  if (usual) return { name: usual.name };
  const bot = previousBot(conversation);
  return bot ? { name: bot.name, target: { type: "agent", id: bot.agent_id } } : null;
}

/** One click: back to a bot. */
export async function backToBot(desk, conversation) {
  if (!conversation.holds) return;
  const bot = wayBack(conversation);
  const target = bot?.target ? { target: bot.target } : {};
  const warm = conversation.pass ? { replace: true } : {};
  await act(desk, conversation, { act: "request", kind: "hand_back", target: bot }, async () => {
    await request(desk, conversation, { kind: "hand_back", ...target, ...warm });
    desk.toast(bot ? T.passedTo(bot.name) : T.passedTo("a bot"));
  });
}

export function complete(desk, conversation, handoff) {
  return act(desk, conversation, { act: "complete" }, async () => {
    await desk.insist("handoff.complete", { conversation_id: conversation.id, handoff_id: handoff.handoff_id });
    desk.toast(T.completed((handoff.receiver ?? handoff.offered_to)?.name ?? ""));
  });
}

export function cancel(desk, conversation, handoff) {
  return act(desk, conversation, { act: "cancel" }, async () => {
    await desk.insist("handoff.cancel", { conversation_id: conversation.id, handoff_id: handoff.handoff_id });
    desk.toast(T.cancelled);
  });
}

/** The holder takes somebody out. */
export function remove(desk, conversation, stint) {
  return act(desk, conversation, { act: "remove" }, async () => {
    await desk.insist("participant.remove", { ...of(conversation), removed_stint_id: stint.stint_id });
    desk.toast(T.removed(stint.agent.name));
  });
}

export function leave(desk, conversation) {
  return act(desk, conversation, { act: "leave" }, async () => {
    await desk.insist("conversation.leave", of(conversation));
    desk.toast(T.left);
  });
}

export function resolve(desk, conversation) {
  return act(desk, conversation, { act: "resolve" }, async () => {
    await desk.insist("conversation.resolve", of(conversation));
    desk.toast(T.resolved);
  });
}

/** Park it; throws the refusal with `sentence`. `forS` seconds, or `until`, an RFC 3339 time, or neither. */
export async function hold(desk, conversation, { reason = "", forS = null, until = null } = {}) {
  const times = forS ? { for_s: forS } : until ? { until } : {};
  try {
    await desk.insist("conversation.hold", { ...of(conversation), client_id: newClientId("hold:"), reason, ...times });
    desk.toast(T.onHold);
  } catch (error) {
    error.sentence = said(desk, conversation, error, { act: "hold" });
    throw error;
  }
}

/** End the after-work; throws what was refused. */
export async function finish(desk, conversation, { summaryText = null, disposition = null } = {}) {
  const more = { ...(summaryText === null ? {} : { summary_text: summaryText }), ...(disposition ? { disposition } : {}) };
  await desk.insist("wrapup.finish", { stint_id: conversation.stint.stint_id, conversation_id: conversation.id, ...more });
  desk.toast(T.finished);
}

export function flag(desk, conversation, handoff, reason) {
  return act(desk, conversation, { act: "flag" }, async () => {
    await desk.insist("summary.flag", { ...of(conversation), client_id: newClientId("flag:"), handoff_id: handoff.handoff_id, reason });
    desk.toast(T.flagged);
    conversation.learn();
  });
}

// ---------------------------------------------------------------------------------------------- asking

export const targets = (desk, conversation, kind, text = "") => desk.call("target.list", { conversation_id: conversation.id, kind, text });

export const preview = (desk, conversation, kind) => desk.call("summary.preview", { ...of(conversation), kind });

export const wrapUpOptions = (desk, conversation) => desk.insist("wrapup.options", { stint_id: conversation.stint.stint_id });

export const canned = (desk, conversation) => desk.insist("canned.list", { conversation_id: conversation.id });

export const history = (desk, conversation) => desk.call("customer.history", { conversation_id: conversation.id });

// -------------------------------------------------------------------------------------------- refusals

/** What could not be sent stays as a draft, and the banner says why. */
export function unsent(desk, conversation, item, error) {
  const text = item.text ?? item.content?.text;
  const mode = item.kind === "message" ? "reply" : item.kind;
  if (text) keepDraft(desk, conversation, mode, text);
  conversation.refuse(error, said(desk, conversation, error, { act: item.kind === "message" ? "send" : item.kind }));
  const { sentence } = conversation.refusal;
  if (desk.view.selected.peek() !== conversation.id) desk.toast(`${conversation.customer}: ${sentence}`, () => desk.select(conversation.id));
}

/** Put words behind the draft that is there; the composer shows it at once. */
export function keepDraft(desk, conversation, mode, text) {
  const there = desk.drafts.text(conversation.id, mode);
  desk.drafts.keep(conversation.id, mode, there ? `${there}\n${text}` : text);
  conversation.restored = (conversation.restored ?? 0) + 1;
}

/** The sentence of a refusal, with what this desk knows. */
export function said(desk, conversation, error, about) {
  const { stint, pass } = conversation;
  const ended = stint?.ended_at ?? endOf(conversation);
  return refusal(error, {
    ...about,
    holds: conversation.holds,
    when: when(desk),
    ended: ended ? hourMinute(ended) : "",
    pending: pass && { kind: pass.kind, to: (pass.receiver ?? pass.offered_to)?.name ?? desk.queueName(pass.queue) },
  });
}

/** When our part ended, as the timeline has it. */
function endOf(conversation) {
  if (conversation.live || !conversation.stint) return null;
  const mine = conversation.entries.findLast(({ event, data }) => event === "conversation.agent_removed" && data.stint_id === conversation.stint.stint_id);
  return mine?.at ?? null;
}

async function act(desk, conversation, about, does) {
  conversation.refusal = null;
  conversation.touch();
  try {
    await does();
  } catch (error) {
    conversation.refuse(error, error.sentence ?? said(desk, conversation, error, about));
  }
}

const of = (conversation) => ({ conversation_id: conversation.id, stint_id: conversation.stint.stint_id });
