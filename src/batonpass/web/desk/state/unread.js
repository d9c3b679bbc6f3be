// What the customer wrote and nobody here has looked at yet, per chat. The page's title says it too.

import { signal } from "@preact/signals";

export class Unread {
  constructor(desk) {
    this.desk = desk;
    this.counts = signal(new Map());
  }

  get total() {
    let sum = 0;
    for (const count of this.counts.value.values()) sum += count;
    return sum;
  }

  of(id) {
    return this.counts.value.get(id) ?? 0;
  }

  heard(id) {
    if (this.desk.view.selected.peek() === id && !document.hidden) return;
    this.counts.value = new Map(this.counts.value).set(id, this.of(id) + 1);
    this.desk.alerts?.wrote(id);
  }

  seen(id) {
    if (!this.counts.value.has(id)) return;
    const counts = new Map(this.counts.value);
    counts.delete(id);
    this.counts.value = counts;
  }

  clear() {
    this.counts.value = new Map();
  }
}
