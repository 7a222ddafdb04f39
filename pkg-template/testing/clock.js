// The time of each world, and the timers that the engines' scripts set in it.

export class Clock {
  nowMs = 0;
  #timers = new Set();

  start(callback, delayMs, isRepeated) {
    const timer = { clock: this, callback, isRepeated, delayMs: Math.max(1, delayMs || 0) };
    timer.dueMs = this.nowMs + timer.delayMs;
    this.#timers.add(timer);
    return timer;
  }

  stop(timer) {
    this.#timers.delete(timer);
  }

  // When the next timer is due; Infinity if there is none.
  get nextMs() {
    return Math.min(Infinity, ...[...this.#timers].map(({ dueMs }) => dueMs));
  }

  // Calls the timers that are due; returns whether there were any.
  ring() {
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= this.nowMs);
    for (const timer of due) {
      if (timer.isRepeated) timer.dueMs += timer.delayMs;
      else this.#timers.delete(timer);
      timer.callback();
    }
    return due.length > 0;
  }
}

// Each world's clock, held weakly: it lives as long as the world or an engine has it.
const clocks = new Map();
let current = new Clock();

// The clock of the world whose turn it is.
export const clock = () => current;

export function turnTo(world, ms) {
  current = clocks.get(world)?.deref() ?? new Clock();
  clocks.set(world, new WeakRef(current));
  current.nowMs = ms;
}
