/** Entries kept; older ones are dropped. */
const ENTRIES_MAX = 500;

const LAYERS = {
  roomStateChanged: "room",
  publisherStateUpdate: "publish",
  playerStateUpdate: "play",
};

const IS_WELL = /^(LOGINED|RECONNECTED|PUBLISHING|PLAYING)$/;
const IS_TRYING = /(LOGINING|RECONNECTING|REQUESTING)$/;

/** The history of states, tries and recoveries, for apps that log or draw it (BEY-02). */
export class Timeline {
  #entries = [];
  // Of each room and stream: 0 while it is well, when it was lost while it is not.
  #lost = new Map();
  /** The names of measures that were made and not cleared, the latest last. */
  #measured = new Set();

  /** A copy of the entries, oldest first. */
  entries() {
    return this.#entries.slice();
  }

  /** Writes down an event, if it is one of a state or a try. */
  add(event, [first, reason, code]) {
    if (event === "retryUpdate") this.#push({ ...first });
    const layer = LAYERS[event];
    if (!layer) return;
    const {
      streamID: id,
      state,
      errorCode,
    } = first.state ? first : { streamID: first, state: reason, errorCode: code };
    this.#push({
      layer,
      id,
      state,
      errorCode,
      ...this.#recovery(`holdfast:${layer} ${id}`, state),
    });
  }

  /** How long the loss lasted that has just ended, which is also made a User Timing measure. */
  #recovery(name, state) {
    const end = performance.now();
    const start = this.#lost.get(name);
    if (IS_WELL.test(state)) this.#lost.set(name, 0);
    else if (!IS_TRYING.test(state)) this.#lost.delete(name);
    else if (start === 0) this.#lost.set(name, end);
    if (!start || this.#lost.get(name) !== 0) return;
    this.#measure(name, { start, end });
    return { durationMs: end - start };
  }

  /** Keeps one measure of each name, and no more names than entries: browsers keep all for ever. */
  #measure(name, span) {
    this.#measured.delete(name);
    this.#measured.add(name);
    // Some page may have put something else in its place; it is only for people to look at.
    try {
      performance.clearMeasures(name);
      performance.measure(name, span);
      if (this.#measured.size <= ENTRIES_MAX) return;
      const [oldest] = this.#measured;
      this.#measured.delete(oldest);
      performance.clearMeasures(oldest);
    } catch {}
  }

  #push(entry) {
    entry.atMs = performance.now();
    if (this.#entries.push(entry) > ENTRIES_MAX) this.#entries.shift();
  }
}
