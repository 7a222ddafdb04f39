import { Listeners } from "./listeners.js";

/**
 * An object with events of its own.
 *
 * @template {{ [Name in keyof Events]: (...values: never[]) => void }} Events
 */
export class Emitter {
  /** @type {Listeners<Events>} */
  #listeners;

  /** @param {(keyof Events)[]} names The object's events. */
  constructor(...names) {
    this.#listeners = new Listeners(names);
  }

  /**
   * @template {keyof Events} Name
   * @param {Name} event
   * @param {Events[Name]} listener
   */
  on(event, listener) {
    return this.#listeners.add(event, listener);
  }

  /**
   * @template {keyof Events} Name
   * @param {Name} event
   * @param {Events[Name]} [listener]
   */
  off(event, listener) {
    return this.#listeners.remove(event, listener);
  }

  /**
   * Fires an event. Apps cannot call this on the object that they have.
   *
   * @template {{ [Name in keyof Events]: (...values: never[]) => void }} Events
   * @template {keyof Events} Name
   * @param {Emitter<Events>} emitter
   * @param {Name} event
   * @param {Parameters<Events[Name]>} values
   */
  static tell(emitter, event, ...values) {
    emitter.#listeners.emit(event, values);
  }
}
