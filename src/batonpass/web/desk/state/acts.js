// What an agent takes: what waits, or is on hold. What is done inside a conversation stands in talks.js.

import { newClientId } from "../../stream.js";

export class Acts {
  constructor(desk) {
    this.desk = desk;
  }

  /**
   * Go on with what is on hold, or take what waits; it opens when it is ours.
   *
   * @param {string} event
   * @param {string} id  of the conversation
   * @param {object|null} row  its row as we saw it: naming its hand-off, who comes too late hears who was faster
   */
  async take(event, id, row = null) {
    const seen = event === "conversation.pick_up" && row?.handoff ? { handoff_id: row.handoff.handoff_id } : {};
    this.desk.lists.refusal.value = null;
    try {
      const reply = await this.desk.insist(event, { conversation_id: id, ...seen, client_id: newClientId("take:") });
      this.desk.select(reply.conversation_id);
    } catch (error) {
      this.#refused(id, error);
    }
    this.desk.lists.poke();
  }

  /** Said where it was tried: in the chat that is open, else over the list. */
  #refused(id, error) {
    const { current } = this.desk;
    if (current?.id === id && this.desk.view.pane.value !== "list") current.refuse(error);
    else this.desk.lists.refusal.value = error.message;
  }
}
