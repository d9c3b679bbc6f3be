// A clock that a test moves: timers run when their time has come, and what they started is waited for.

export class Clock {
  now = 0;
  timers = new Map();
  next = 1;

  set = (callback, ms) => {
    this.timers.set(this.next, { at: this.now + ms, callback });
    return this.next++;
  };

  clear = (timer) => this.timers.delete(timer);

  async pass(ms) {
    const until = this.now + ms;
    for (;;) {
      await settle();
      const due = [...this.timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.now = due[1].at;
      due[1].callback();
    }
    this.now = until;
    await settle();
  }
}

/** Let every promise that can settle do so. */
export function settle() {
  return new Promise((resolve) => setImmediate(resolve));
}
