// The time of each world, and the timers that the engines' scripts set in it.

/**
 * @typedef {object} Timer
 * @property {Clock} clock
 * @property {() => void} callback
 * @property {boolean} isRepeated
 * @property {number} delayMs
 * @property {number} dueMs
 */

export class Clock {
  nowMs = 0;
  /** @type {Set<Timer>} */
  #timers = new Set();

  /**
   * @param {() => void} callback
   * @param {number | undefined} ms
   * @param {boolean} isRepeated
   */
  start(callback, ms, isRepeated) {
    const delayMs = Math.max(1, ms || 0);
    const timer = { clock: this, callback, isRepeated, delayMs, dueMs: this.nowMs + delayMs };
    this.#timers.add(timer);
    return timer;
  }

  /** @param {Timer} timer */
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

/**
 * Each world's clock, held weakly: it lives as long as the world or an engine has it.
 *
 * @type {Map<number, WeakRef<Clock>>}
 */
const clocks = new Map();
let current = new Clock();

// The clock of the world whose turn it is.
export const clock = () => current;

/**
 * Lets it be a world's turn, at this time.
 *
 * @param {number} world
 * @param {number} ms
 */
export function turnTo(world, ms) {
  current = clocks.get(world)?.deref() ?? new Clock();
  clocks.set(world, new WeakRef(current));
  current.nowMs = ms;
}
