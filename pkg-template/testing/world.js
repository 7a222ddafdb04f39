/** @import { Span, Timers, World as Declared, WorldOptions } from "../testing.js" */

import { SimWorld } from "../holdfast.js";
import bytes from "../holdfast_bg.wasm";
import { needModule, supplyBy } from "../module.js";
import { navigator } from "./browser.js";
import { clock } from "./clock.js";
import { milliseconds } from "./span.js";
import { quiet } from "./turn.js";
import { User } from "./user.js";

// While an app has faked timers set, time passes in steps of this, so that they fire on time.
const TIMER_STEP_MS = 50;

// The bundler gives the module's bytes.
const module = /** @type {Uint8Array<ArrayBuffer>} */ (/** @type {unknown} */ (bytes));
supplyBy(() => new WebAssembly.Module(module));

/** @implements {Declared} */
export class World {
  #sim;
  #clock;
  /** @type {Timers | undefined} */
  #timers;
  #delayMs;
  /**
   * By device: its number, and its engine if `user` made one.
   *
   * @type {Map<string, { number: number, user?: User }>}
   */
  #devices = new Map();
  #isPassing = false;

  /** @param {WorldOptions} [options] */
  constructor({ seed = 1, graceMs = 90_000, delayMs = 20, nodes = 1, start = 0, timers } = {}) {
    needModule();
    this.#sim = new SimWorld(seed, milliseconds(graceMs), nodes, Number(start));
    this.#clock = clock();
    this.#delayMs = milliseconds(delayMs);
    this.#timers = timers;
  }

  get nowMs() {
    return this.#sim.now();
  }

  /** @type {Declared["user"]} */
  user(userID, { device = userID } = {}) {
    const entry = this.#device(device, userID);
    entry.user ??= new User(this.#sim.address(entry.number), userID);
    return entry.user;
  }

  /** @type {Declared["address"]} */
  address(device) {
    return this.#sim.address(this.#device(device).number);
  }

  // A camera's stream, for engines that publish.
  camera() {
    return navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  }

  /** @type {Declared["advance"]} */
  advance(span) {
    const until = this.nowMs + milliseconds(span);
    return this.#pass(until, () => false);
  }

  /**
   * @template T
   * @param {PromiseLike<T> | (() => boolean)} goal
   * @param {Span} [within]
   * @returns {Promise<T>}
   */
  async until(goal, within = "1min") {
    const limit = this.nowMs + milliseconds(within);
    /** @type {{ state: "kept" | "broken", value: T } | undefined} */
    let settled;
    /** @param {"kept" | "broken"} state */
    const note = (state) => (/** @type {T} */ value) => {
      settled = { state, value };
    };
    if (typeof goal !== "function") {
      Promise.resolve(goal).then(note("kept"), note("broken"));
    }
    const isReached = () => (typeof goal === "function" ? goal() : settled);
    await quiet();
    if (!isReached()) await this.#pass(limit, isReached);
    if (!isReached()) throw new Error(`it did not happen within ${within} of the world's time`);
    if (settled?.state === "broken") throw settled.value;
    return /** @type {T} */ (settled?.value);
  }

  /** @type {Declared["cut"]} */
  cut(device) {
    this.#sim.cut(this.#known(device), true);
  }

  /** @type {Declared["blackhole"]} */
  blackhole(device) {
    this.#sim.cut(this.#known(device), false);
  }

  /** @type {Declared["heal"]} */
  heal(device, { keepsConnections = false } = {}) {
    this.#sim.heal(this.#known(device), keepsConnections);
  }

  /** @type {Declared["switchNetwork"]} */
  switchNetwork(device) {
    this.#sim.switchNetwork(this.#known(device));
  }

  /** @type {Declared["setDelay"]} */
  setDelay(device, delayMs, jitterMs = 0) {
    this.#sim.setDelay(this.#known(device), milliseconds(delayMs), milliseconds(jitterMs));
  }

  /** @type {Declared["sleep"]} */
  sleep(device) {
    this.#sim.sleep(this.#known(device), false);
  }

  /** @type {Declared["freeze"]} */
  freeze(device) {
    this.#sim.sleep(this.#known(device), true);
  }

  /** @type {Declared["wake"]} */
  wake(device) {
    this.#sim.wake(this.#known(device));
  }

  /** @type {Declared["throttle"]} */
  throttle(device, intervalMs) {
    this.#sim.throttle(this.#known(device), milliseconds(intervalMs));
  }

  /** @type {Declared["crash"]} */
  crash(device) {
    this.#sim.crash(this.#known(device));
  }

  /** @type {Declared["stopServer"]} */
  stopServer({ forgets = true } = {}) {
    this.#sim.stopServer(forgets);
  }

  startServer() {
    this.#sim.startServer();
  }

  /** @type {Declared["restartServer"]} */
  restartServer(options) {
    this.stopServer(options);
    this.startServer();
  }

  drainServer() {
    this.#sim.drain();
  }

  /** @type {Declared["stopNode"]} */
  stopNode(node = 0) {
    this.#sim.setNode(node, false);
  }

  /** @type {Declared["startNode"]} */
  startNode(node = 0) {
    this.#sim.setNode(node, true);
  }

  /** @type {Declared["kick"]} */
  kick(userID, message = "") {
    this.#sim.kick(userID, message);
  }

  /** @type {Declared["removeStream"]} */
  removeStream(streamID) {
    this.#sim.removeStream(streamID);
  }

  /** @type {Declared["members"]} */
  members(roomID) {
    return this.#sim.members(roomID);
  }

  /** @type {Declared["streams"]} */
  streams(roomID) {
    return this.#sim.streams(roomID);
  }

  /** @type {Declared["token"]} */
  token({ expiresIn, mayPublish = true } = {}) {
    const expiresAt = expiresIn === undefined ? undefined : this.nowMs + milliseconds(expiresIn);
    return this.#sim.token(expiresAt, mayPublish);
  }

  refusedToken() {
    return this.#sim.refusedToken();
  }

  /**
   * @param {string} name
   * @param {string} [userID]
   */
  #device(name, userID = name) {
    let entry = this.#devices.get(name);
    if (!entry) {
      entry = { number: this.#sim.addDevice(String(name), String(userID), this.#delayMs) };
      this.#devices.set(name, entry);
    }
    return entry;
  }

  /** @param {string} name */
  #known(name) {
    const entry = this.#devices.get(name);
    if (!entry) throw new Error(`there is no device ${JSON.stringify(name)} in this world`);
    return entry.number;
  }

  /**
   * Goes from event to event: after each, the app's code runs before time goes on.
   *
   * @param {number} until
   * @param {() => unknown} isReached
   */
  async #pass(until, isReached) {
    if (this.#isPassing) throw new Error("time passes already: await the call before");
    this.#isPassing = true;
    try {
      await quiet();
      let isEventful;
      do {
        const before = this.nowMs;
        const step = this.#timers?.getTimerCount() ? TIMER_STEP_MS : Infinity;
        const isNews = this.#sim.run(Math.min(until, before + step, this.#clock.nextMs));
        const isDue = this.#clock.ring();
        this.#timers?.advanceTimersByTime(this.nowMs - before);
        await quiet();
        isEventful = isNews || isDue;
      } while (!isReached() && (isEventful || this.nowMs < until));
    } finally {
      this.#isPassing = false;
    }
  }
}

/** @param {WorldOptions} [options] */
export function createWorld(options) {
  return new World(options);
}
