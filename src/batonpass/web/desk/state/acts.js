// What an agent can do with a conversation. A refusal stands above its composer; a toast is for done things.

import { newClientId } from "../../stream.js";
import { DONE } from "../words/acts.js";

export class Acts {
  constructor(desk) {
    this.desk = desk;
  }

  /** Hand back to a bot; throws `Refused` when nobody could take it, and then the baton stays here. */
  async handBack(conversation, { target, note }) {
    const payload = { ...about(conversation), client_id: newClientId("hb:"), kind: "hand_back", note };
    if (target) payload.target = target;
    await this.desk.insist("handoff.request", payload);
    this.desk.toast(DONE.handedBack);
  }

  async leave(conversation) {
    await this.#act(conversation, "conversation.leave", about(conversation), DONE.left);
  }

  async resolve(conversation) {
    await this.#act(conversation, "conversation.resolve", about(conversation), DONE.resolved);
  }

  async hold(conversation) {
    await this.#act(conversation, "conversation.hold", { ...about(conversation), client_id: newClientId("hold:") }, DONE.held);
  }

  async finish(conversation) {
    await this.#act(conversation, "wrapup.finish", { stint_id: conversation.stint.stint_id }, DONE.wrappedUp);
  }

  /** Go on with what is on hold, or take what waits; it opens when it is ours. */
  async take(event, payload) {
    try {
      const reply = await this.desk.insist(event, { ...payload, client_id: newClientId("take:") });
      this.desk.select(reply.conversation_id);
    } catch (error) {
      this.desk.toast(error.message);
    }
    this.desk.lists.poke();
  }

  async #act(conversation, event, payload, done) {
    conversation.refusal = null;
    try {
      await this.desk.insist(event, payload);
      this.desk.toast(done);
    } catch (error) {
      conversation.refuse(error);
    }
  }
}

function about(conversation) {
  return { conversation_id: conversation.id, stint_id: conversation.stint.stint_id };
}
