import { addresses, bad, between, source, text } from "./arguments.js";
import { bitratesOf } from "./bitrates.js";
import { Bridge } from "./bridge.js";
import { release } from "./captures.js";
import { deviceMethods } from "./devices.js";
import { appNumber, EngineCore } from "./holdfast.js";
import { Host } from "./host.js";
import { logMethods } from "./log.js";
import { needModule } from "./module.js";
import { muteMethods } from "./mute.js";
import { playMuteMethods } from "./play_mute.js";
import { qualityMethods } from "./quality.js";
import { requirementMethods } from "./requirements.js";
import { serverAt } from "./server.js";
import { settingMethods } from "./settings.js";
import { soundMethods } from "./sound.js";
import { streamMethods } from "./streams.js";
import { trackMethods } from "./tracks.js";
import { unsupported } from "./unsupported.js";
import { viewMethods } from "./view.js";
import { volumeMethods } from "./volume.js";

// Methods for the page's devices, tracks and elements. Each takes the host, then the arguments.
const PAGE_METHODS = {
  ...muteMethods,
  ...playMuteMethods,
  ...qualityMethods,
  ...soundMethods,
  ...logMethods,
  ...streamMethods,
  ...trackMethods,
  ...deviceMethods,
  ...settingMethods,
  ...volumeMethods,
  ...viewMethods,
  ...requirementMethods,
};

/**
 * The class that apps use. Rooms, streams, messages and recovery are in `src/api/engine.rs`; code
 * that needs the page's devices, tracks and elements is here and in the files beside this one.
 */
export class ExpressEngine {
  #core;
  #host;

  constructor(appID, server) {
    needModule();
    const app = appNumber(appID);
    const place = serverAt(addresses(server));
    this.#core = new EngineCore(app, place);
    this.#host = new Host(this.#core, place.baseUrl);
  }

  getVersion() {
    return this.#core.getVersion();
  }

  setEngineConfig(config) {
    const host = this.#host;
    if (typeof config !== "object" || !config) return this.#core.setEngineConfig(config);
    const { publish, play } = host.intervals;
    const { publishQualityInterval = publish, playQualityInterval = play, ...windows } = config;
    const intervals = {
      publish: between(1000, publishQualityInterval, 1e9),
      play: between(1000, playQualityInterval, 1e9),
    };
    this.#core.setEngineConfig(windows);
    host.intervals = intervals;
  }

  on(event, listener) {
    return this.#core.on(event, listener);
  }

  once(event, listener) {
    return this.#core.once(event, listener);
  }

  off(event, listener) {
    return this.#core.off(event, listener);
  }

  loginRoom(roomID, token, user, config) {
    return this.#core.loginRoom(roomID, token, user, config);
  }

  switchRoom(fromRoomID, toRoomID, config) {
    return this.#core.switchRoom(fromRoomID, toRoomID, config);
  }

  logoutRoom(roomID) {
    this.#core.logoutRoom(roomID);
  }

  retryNow() {
    this.#core.retryNow();
  }

  renewToken(token, roomID) {
    return this.#core.renewToken(token, roomID);
  }

  startPublishingStream(streamID, stream, options) {
    const host = this.#host;
    host.life.throwIfAborted();
    text(streamID, "streamID");
    const media = source(stream?.stream ?? stream);
    const bitrates = bitratesOf(host, media);
    const isTaken = this.#core.startPublishingStream(streamID, media, options, bitrates);
    if (isTaken) host.published.set(streamID, media);
    return isTaken;
  }

  stopPublishingStream(streamID) {
    return this.#core.stopPublishingStream(streamID);
  }

  startPlayingStream(streamID, options) {
    const outlet = new MediaStream();
    return this.#core.startPlayingStream(streamID, options, outlet, new Bridge(outlet));
  }

  stopPlayingStream(streamID) {
    this.#core.stopPlayingStream(streamID);
  }

  sendBroadcastMessage(roomID, message) {
    return this.#core.sendBroadcastMessage(roomID, message);
  }

  sendBarrageMessage(roomID, message) {
    return this.#core.sendBarrageMessage(roomID, message);
  }

  sendCustomCommand(roomID, command, toUserIDs) {
    return this.#core.sendCustomCommand(roomID, command, toUserIDs);
  }

  setRoomExtraInfo(roomID, key, value) {
    return this.#core.setRoomExtraInfo(roomID, key, value);
  }

  setStreamExtraInfo(streamID, extraInfo) {
    return this.#core.setStreamExtraInfo(streamID, extraInfo);
  }

  timeline() {
    return this.#core.timeline();
  }

  destroyEngine() {
    const host = this.#host;
    if (host.life.aborted) return;
    this.#core.destroyEngine();
    host.end();
    for (const stream of host.captures.keys()) release(host, stream);
  }

  /** Dev builds only. */
  simulate(command) {
    if (command !== "trace") throw bad("simulate knows only 'trace'");
    return this.#core.trace?.();
  }

  static {
    for (const name in PAGE_METHODS) {
      ExpressEngine.prototype[name] = function (...args) {
        return PAGE_METHODS[name](this.#host, ...args);
      };
    }
    // Apps that wrap an engine walk its methods.
    for (const name of Object.getOwnPropertyNames(ExpressEngine.prototype)) {
      const enumerable = name !== "constructor";
      Object.defineProperty(ExpressEngine.prototype, name, { enumerable });
    }
    Object.setPrototypeOf(ExpressEngine.prototype, unsupported(Object.prototype));
    Object.setPrototypeOf(ExpressEngine, unsupported(Function.prototype));
  }
}
