/** The app's listeners of an object made by these scripts; the engine's listeners are in Rust. */
export class Listeners {
  // By event, in the order they were added: each listener, and whether it is called only once.
  #all;

  constructor(events) {
    this.#all = new Map(events.map((event) => [event, new Map()]));
  }

  /** Returns false if the event is unknown, or the listener is no function or already added. */
  add(event, listener, isOnce) {
    const known = this.#all.get(event);
    if (!known || typeof listener !== "function" || known.has(listener)) return false;
    known.set(listener, isOnce);
    return true;
  }

  /** Removes a listener, or all of the event's; returns false if there was none. */
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

  /** Calls the listeners. An error in one is reported as uncaught and does not stop the others. */
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
