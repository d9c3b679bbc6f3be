// Our stints, live and in wrap-up, and the conversations they are on.

import { signal } from "@preact/signals";
import { Conversation } from "../conversation.js";
import { arrived, patched } from "../listrow.js";

export class Stints {
  constructor(desk) {
    this.desk = desk;
    this.list = signal([]); // with `until` on this machine's clock
    this.conversations = new Map(); // by id; also one that is only looked at
  }

  /** An entry of a chat: to its timeline, to its row, and to what is unread. */
  told(id, entry) {
    this.conversations.get(id)?.push(entry);
    const stint = this.list.value.find((one) => one.conversation_id === id && one.state === "live");
    if (!stint) return;
    const row = patched(stint.row, entry, this.desk.me);
    if (row !== stint.row) this.list.value = this.list.value.map((one) => (one === stint ? { ...one, row } : one));
    if (entry.event === "message.created" && entry.actor.type === "customer") this.desk.unread.heard(id);
  }

  clear() {
    this.conversations.clear();
    this.list.value = [];
  }

  /** The conversation with this id; made when it is new here. */
  conversation(id) {
    if (!this.conversations.has(id)) this.conversations.set(id, new Conversation(id, this.desk));
    return this.conversations.get(id);
  }

  /** The row of one of ours. */
  row(id) {
    return this.list.value.find((stint) => stint.conversation_id === id)?.row ?? null;
  }

  /** After a connect: every stint's conversation reads what it missed. */
  restore({ stints, handoffs }) {
    this.list.value = stints.map((stint) => this.#timed(stint));
    for (const stint of stints) this.#resume(stint);
    for (const handoff of handoffs) this.conversations.get(handoff.conversation_id)?.handoff(handoff);
    this.#resumeOthers(stints);
  }

  pause() {
    for (const conversation of this.conversations.values()) conversation.pause();
  }

  /** First packet of a join: a stint of ours has begun. */
  added({ conversation_id, epoch, at, data: { stint_id, role, agent } }) {
    const known = this.list.value.some((stint) => stint.stint_id === stint_id);
    if (!known) this.updated({ stint_id, conversation_id, agent, role, epoch, state: "live", ready: false, started_at: at });
  }

  /** The story of a join: the transcript goes the way of every entry, then the stream goes on behind it. */
  join(id, { stint_id, handoff, transcript }) {
    const conversation = this.conversation(id);
    conversation.handoff(handoff);
    for (const entry of transcript) conversation.push(entry);
    this.desk
      .insist("stint.ready", { stint_id })
      .then(({ head }) => conversation.resume(head))
      .catch((error) => conversation.refuse(error));
    conversation.touch();
  }

  updated(stint) {
    const others = this.list.value.filter((one) => one.stint_id !== stint.stint_id);
    this.list.value = stint.state === "ended" ? others : [...others, this.#timed(stint)];
    const conversation = this.conversation(stint.conversation_id);
    const replaced = conversation.stint && conversation.stint.stint_id !== stint.stint_id && stint.state === "ended";
    if (!replaced) conversation.stint = stint;
    if (stint.row) conversation.row = stint.row;
    if (stint.state === "live") conversation.outbox.resume();
    conversation.touch();
    this.prune();
  }

  /** What was done, told after our part: the after-work shows it. */
  retold(id, version, summary) {
    const newer = (stint) => (stint?.stint_id === id && version > (stint.summary_version ?? 0) ? { ...stint, summary, summary_version: version } : stint);
    this.list.value = this.list.value.map(newer);
    for (const conversation of this.conversations.values()) {
      if (conversation.stint?.stint_id !== id) continue;
      conversation.stint = newer(conversation.stint);
      conversation.touch();
    }
  }

  typing(id, { actor, data }) {
    const conversation = this.conversations.get(id);
    if (!conversation || actor?.id === this.desk.me) return;
    // It may overtake the message that it was about.
    if (data.on && Date.now() - (conversation.heardAt ?? 0) < 1_500) return;
    const name = actor?.type === "customer" ? conversation.customer : (actor?.name ?? "");
    conversation.typing = data.on ? { name, until: Date.now() + data.expires_ms } : null;
    conversation.touch();
  }

  /** Conversations that are over for us and that nobody looks at are forgotten. */
  prune() {
    const kept = new Set([this.desk.view.selected.value, ...this.list.value.map((stint) => stint.conversation_id)]);
    for (const [id, conversation] of this.conversations) {
      if (kept.has(id)) continue;
      conversation.pause();
      this.conversations.delete(id);
    }
  }

  #timed(stint) {
    const known = this.list.value.find((one) => one.stint_id === stint.stint_id);
    const row = arrived(stint.row ?? known?.row ?? null, this.desk.now());
    return { ...stint, row, until: stint.ends_in_ms === undefined ? null : Date.now() + stint.ends_in_ms };
  }

  #resume(stint) {
    const conversation = this.conversation(stint.conversation_id);
    conversation.stint = stint;
    conversation.row = stint.row ?? conversation.row;
    // Not ready: the joining packets come again, and the stream begins with them.
    conversation.resume(stint.ready ? stint.head : 0);
  }

  /** One that we look at and have no stint in any more: read it to its end. */
  #resumeOthers(stints) {
    const ours = new Set(stints.map((stint) => stint.conversation_id));
    for (const id of this.desk.drafts.unsentChats) this.conversation(id);
    for (const conversation of this.conversations.values()) {
      if (ours.has(conversation.id)) continue;
      if (conversation.stint) conversation.stint = { ...conversation.stint, state: "ended" };
      conversation.resume(conversation.stream.have + 1);
    }
  }
}
