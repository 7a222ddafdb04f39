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

supplyBy(() => new WebAssembly.Module(bytes));

export class World {
  #sim;
  #clock;
  #timers;
  #delayMs;
  // By device: its number, and its engine if `user` made one.
  #devices = new Map();
  #isPassing = false;

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

  user(userID, { device = userID } = {}) {
    const entry = this.#device(device, userID);
    entry.user ??= new User(this.#sim.address(entry.number), userID);
    return entry.user;
  }

  address(device) {
    return this.#sim.address(this.#device(device).number);
  }

  // A camera's stream, for engines that publish.
  camera() {
    return navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  }

  advance(span) {
    const until = this.nowMs + milliseconds(span);
    return this.#pass(until, () => false);
  }

  async until(goal, within = "1min") {
    const limit = this.nowMs + milliseconds(within);
    let settled;
    const note = (state) => (value) => {
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
    return settled?.value;
  }

  cut(device) {
    this.#sim.cut(this.#known(device), true);
  }

  blackhole(device) {
    this.#sim.cut(this.#known(device), false);
  }

  heal(device, { keepsConnections = false } = {}) {
    this.#sim.heal(this.#known(device), keepsConnections);
  }

  switchNetwork(device) {
    this.#sim.switchNetwork(this.#known(device));
  }

  setDelay(device, delayMs, jitterMs = 0) {
    this.#sim.setDelay(this.#known(device), milliseconds(delayMs), milliseconds(jitterMs));
  }

  sleep(device) {
    this.#sim.sleep(this.#known(device), false);
  }

  freeze(device) {
    this.#sim.sleep(this.#known(device), true);
  }

  wake(device) {
    this.#sim.wake(this.#known(device));
  }

  throttle(device, intervalMs) {
    this.#sim.throttle(this.#known(device), milliseconds(intervalMs));
  }

  crash(device) {
    this.#sim.crash(this.#known(device));
  }

  stopServer({ forgets = true } = {}) {
    this.#sim.stopServer(forgets);
  }

  startServer() {
    this.#sim.startServer();
  }

  restartServer(options) {
    this.stopServer(options);
    this.startServer();
  }

  drainServer() {
    this.#sim.drain();
  }

  stopNode(node = 0) {
    this.#sim.setNode(node, false);
  }

  startNode(node = 0) {
    this.#sim.setNode(node, true);
  }

  kick(userID, message = "") {
    this.#sim.kick(userID, message);
  }

  removeStream(streamID) {
    this.#sim.removeStream(streamID);
  }

  members(roomID) {
    return this.#sim.members(roomID);
  }

  streams(roomID) {
    return this.#sim.streams(roomID);
  }

  token({ expiresIn, mayPublish = true } = {}) {
    const expiresAt = expiresIn === undefined ? undefined : this.nowMs + milliseconds(expiresIn);
    return this.#sim.token(expiresAt, mayPublish);
  }

  refusedToken() {
    return this.#sim.refusedToken();
  }

  #device(name, userID = name) {
    let entry = this.#devices.get(name);
    if (!entry) {
      entry = { number: this.#sim.addDevice(String(name), String(userID), this.#delayMs) };
      this.#devices.set(name, entry);
    }
    return entry;
  }

  #known(name) {
    const entry = this.#devices.get(name);
    if (!entry) throw new Error(`there is no device ${JSON.stringify(name)} in this world`);
    return entry.number;
  }

  // Goes from event to event: after each, the app's code runs before time goes on.
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

export function createWorld(options) {
  return new World(options);
}
