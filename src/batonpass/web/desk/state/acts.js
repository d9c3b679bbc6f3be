// What an agent takes: what waits, or is on hold. What is done inside a conversation stands in talks.js.

import { newClientId } from "../../stream.js";

export class Acts {
  constructor(desk) {
    this.desk = desk;
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
}
