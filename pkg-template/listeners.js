/** The app's listeners of events that an object of a script tells; the engine's are in Rust. */
export class Listeners {
  // Of each event, in the order they were added: the listener, and whether it hears one only.
  #all;

  constructor(events) {
    this.#all = new Map(events.map((event) => [event, new Map()]));
  }

  /** False for an unknown event, what is no function, or one that listens already. */
  add(event, listener, isOnce) {
    const known = this.#all.get(event);
    if (!known || typeof listener !== "function" || known.has(listener)) return false;
    known.set(listener, isOnce);
    return true;
  }

  /** Removes a listener, or all of the event's; false if there was none. */
  remove(event, listener) {
    const known = this.#all.get(event);
    if (listener !== undefined) return !!known?.delete(listener);
    const had = !!known?.size;
    known?.clear();
    return had;
  }

  clear() {
    this.#all.clear();
  }

  /** Calls the listeners. One that throws is reported as uncaught and disturbs nobody else. */
  emit(event, values) {
    const known = this.#all.get(event);
    const called = [...(known ?? [])];
    for (const [listener, isOnce] of called) if (isOnce) known.delete(listener);
    for (const [listener] of called) {
      try {
        listener(...values);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
