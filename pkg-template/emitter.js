import { Listeners } from "./listeners.js";

/** An object with events of its own. */
export class Emitter {
  #listeners;

  /** `names` are the object's events. */
  constructor(...names) {
    this.#listeners = new Listeners(names);
  }

  on(event, listener) {
    return this.#listeners.add(event, listener, false);
  }

  off(event, listener) {
    return this.#listeners.remove(event, listener);
  }

  static tell(emitter, event, ...values) {
    emitter.#listeners.emit(event, values);
  }
}
