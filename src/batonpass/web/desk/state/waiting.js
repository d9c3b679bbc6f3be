// What lies beside our own chats: what waits in our queues, and what is on hold.

import { signal } from "@preact/signals";

export class Waiting {
  constructor(desk) {
    this.desk = desk;
    this.held = signal([]); // on hold: ours, and those of our queues
    this.list = signal(null); // what waits in our queues, once it was looked at
  }

  holdStarted({ hold }) {
    this.held.value = [...this.held.value.filter((one) => one.hold_id !== hold.hold_id), hold];
  }

  holdEnded({ hold_id: id }) {
    this.held.value = this.held.value.filter((one) => one.hold_id !== id);
  }

  /** What waits in our queues, in their order. */
  async look() {
    try {
      const lists = await Promise.all(this.desk.queues.value.map(({ queue_id }) => this.desk.insist("queue.list", { queue_id })));
      this.list.value = lists.flatMap((list) => list.waiting);
    } catch (error) {
      this.desk.toast(error.message);
    }
  }
}
