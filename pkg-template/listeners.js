/**
 * The app's listeners of an object made by these scripts; the engine's listeners are in Rust.
 *
 * @template {{ [Name in keyof Events]: (...values: never[]) => void }} Events
 */
export class Listeners {
  /**
   * By event, in the order they were added.
   *
   * @type {Map<keyof Events, Set<Events[keyof Events]>>}
   */
  #all;

  /** @param {(keyof Events)[]} events */
  constructor(events) {
    this.#all = new Map(events.map((event) => [event, new Set()]));
  }

  /**
   * Returns false if the event is unknown, or the listener is no function or already added.
   *
   * @param {keyof Events} event
   * @param {Events[keyof Events]} listener
   */
  add(event, listener) {
    const known = this.#all.get(event);
    if (!known || typeof listener !== "function" || known.has(listener)) return false;
    known.add(listener);
    return true;
  }

  /**
   * Removes a listener, or all of the event's; returns false if there was none.
   *
   * @param {keyof Events} event
   * @param {Events[keyof Events]} [listener]
   */
  remove(event, listener) {
    const known = this.#all.get(event);
    if (listener !== undefined) return !!known?.delete(listener);
    const had = !!known?.size;
    known?.clear();
    return had;
  }

  /**
   * Calls the listeners. An error in one is reported as uncaught and does not stop the others.
   *
   * @param {keyof Events} event
   * @param {never[]} values
   */
  emit(event, values) {
    for (const listener of [...(this.#all.get(event) ?? [])]) {
      try {
        listener(...values);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
