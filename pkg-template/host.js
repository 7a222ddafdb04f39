import { addresses, appNumber, bad } from "./arguments.js";
import { CONNECTIONS, DETACH, LOGOUT, VERSION, WORDS } from "./calls.js";
import { watchDevices } from "./devices.js";
import { eventsOf } from "./events.js";
import { failure } from "./failure.js";
import { Core } from "./holdfast.js";
import { EVENTS, Listeners } from "./listeners.js";
import { watchLog } from "./log.js";
import { watchMutes } from "./mute.js";
import { watchPlayed } from "./play_mute.js";
import { watchQuality } from "./quality.js";
import { watchRunning } from "./running.js";
import { serverAt } from "./server.js";
import { Timeline } from "./timeline.js";
import { Turns } from "./turns.js";

// The first kind of news that settles a promise; the one after it is of something sent.
const SETTLED = 14;

/** What the package's scripts stand on, one for each engine. */
export class Host {
  /** The tracks captured for each stream. */
  captures = new Map();
  /** Of each stream ID, the MediaStream it was last published from. */
  published = new Map();
  /** What the app has instead of some MediaStreams. */
  faces = new WeakMap();
  /** The most kbps that is sent of some MediaStreams: `{ audio, video }`. */
  bitrates = new WeakMap();
  /** Streams of which the app has muted the sound. */
  silent = new WeakSet();
  isMicrophoneMuted = false;
  listeners = new Listeners(EVENTS);
  timeline = new Timeline();
  bad = bad;
  /** Who logged in last, its ID and name, for `switchRoom`. */
  user;
  #core;
  #life = new AbortController();
  #observers = [];
  /** By their calls' numbers. */
  #promises = new Map();
  #promiseCount = 0;
  #turns = new Turns();

  constructor(appID, server) {
    this.appID = appNumber(appID);
    this.server = serverAt(addresses(server));
    this.#core = new Core(this.server, (row) => this.#receive(row));
    this.lookAtDevices = watchDevices(this);
    for (const watch of [watchLog, watchMutes, watchPlayed, watchRunning, watchQuality])
      watch(this);
  }

  /** Ends with the engine; its reason is the error of whatever is called later. */
  get life() {
    return this.#life.signal;
  }

  get version() {
    return this.#ask(VERSION);
  }

  /** The module takes a row from its end. */
  #ask(call, row = []) {
    return this.#core.call(call, row.reverse());
  }

  /** What a dev build recorded. */
  trace() {
    return this.#core.trace?.();
  }

  /** The `Error` of a code, with the table's words unless others are given. */
  failure(code, message) {
    return failure(code, message ?? this.#ask(WORDS, [code]));
  }

  /** The RTCPeerConnections there are for a stream, the newest last. */
  connections(isPublisher, streamID) {
    return this.#ask(CONNECTIONS, [!!isPublisher, streamID]);
  }

  /** Has a function called with each event's name and arguments, before the app's listeners. */
  observe(observer) {
    this.#observers.push(observer);
  }

  /** Tells an event in turn with the module's. */
  emit(event, values) {
    this.#turns.push(() => {
      for (const observe of this.#observers) observe(event, values);
      this.listeners.emit(event, values);
    });
  }

  /** Makes a call of the module, or throws why it was refused. */
  call(call, row) {
    this.life.throwIfAborted();
    const refusal = this.#ask(call, row);
    if (refusal) throw failure(...refusal);
  }

  /** The same; false where it was refused with one of these codes. */
  isTaken(call, row, ...codes) {
    try {
      this.call(call, row);
      return true;
    } catch (error) {
      if (codes.includes(error.code)) return false;
      throw error;
    }
  }

  /** A promise of `kept`; what is thrown before the call was taken rejects it. */
  promise(call, rowOf, { taken, kept = true } = {}) {
    return new Promise((resolve, reject) => {
      const row = rowOf();
      // Before the call, during which a page's own stand-in for `WebSocket` may call too.
      const number = this.#promiseCount++;
      this.#promises.set(number, [resolve, reject, kept]);
      try {
        this.call(call, [number, ...row]);
      } catch (error) {
        this.#promises.delete(number);
        throw error;
      }
      taken?.();
    });
  }

  /** Leaves whatever room there is and listens to nothing any more. */
  destroy() {
    this.call(LOGOUT, []);
    this.#ask(DETACH);
    this.listeners.clear(); // the scripts hear the end of what ran
    this.#life.abort(this.failure(1101000));
  }

  /** Takes a row of news; must not call back into the module. */
  #receive(row) {
    for (const [event, values] of eventsOf(row)) {
      this.timeline.add(event, values);
      this.emit(event, values);
    }
    const [kind, call, code, value] = row;
    if (kind < SETTLED) return;
    const sent = { errorCode: 0, extendedData: "", messageID: value || "" };
    this.#turns.push(() => {
      const [resolve, reject, kept] = this.#promises.get(call);
      this.#promises.delete(call);
      if (code) reject(failure(code, value));
      else resolve(kind > SETTLED ? sent : kept);
    }, true);
  }
}
