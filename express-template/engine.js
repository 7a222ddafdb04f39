/**
 * @import {
 *   EngineConfig, EngineError, LocalStream, PublishOptions, Requirement, RequirementErrors,
 *   Requirements, ServerResponse, VideoConfig
 * } from "holdfast/index.js"
 */
/** @import { ZegoExpressEngine as Declared } from "./sdk/code/zh/zego.client.web.js" */

import { bad } from "holdfast/arguments.js";
import { ExpressEngine } from "holdfast/engine.js";
import { failure } from "holdfast/failure.js";
import { orWarn, warned } from "./lenient.js";
import { lenientStream } from "./local_stream.js";
import { sayAbsent } from "./optional_modules.js";
import { said, streamSource, zegoStreamOptions } from "./options.js";

/** Where an engine is that was made without a server; no name ends so (RFC 6761). */
const NOWHERE = "https://no-server.invalid";

/** The constructor's codes for a bad app number or server. */
const REFUSED = [1001004, 1100001];

/** States of a room that the user is no longer in. */
const OUTSIDE = ["LOGIN_FAILED", "RECONNECT_FAILED", "KICKOUT", "LOGOUT"];

/** The codes for a device that is not there, or an ID that is none. */
const NO_SUCH_DEVICE = [1103066, 1103048, 1100001];

/** The compatible SDK's log levels by number. */
const LEVELS = /** @type {const} */ (["debug", "info", "warn", "error", "report", "disable"]);

/** `ExpressEngine` with the habits of the compatible SDK. */
export class ZegoExpressEngine extends ExpressEngine {
  /** Apps compare it, so it is the version of the compatible SDK whose interface this is. */
  static version = "3.12.0";

  static use = sayAbsent;

  static setEngineOptions() {}
  static setGeoFence() {}
  static setCloudProxyConfig() {}
  static setLocalProxyConfig() {}
  static presetLogConfig() {
    return true;
  }

  /**
   * What is wrong with the constructor's arguments, for logins to say: an app that makes its engine
   * while it loads would otherwise show nothing at all.
   *
   * @type {EngineError | undefined}
   */
  refusal;

  /**
   * @param {number} appID
   * @param {string | readonly string[]} server
   */
  // biome-ignore lint/correctness/noUnreachableSuper: a `super` that threw has made nothing.
  constructor(appID, server) {
    let refusal;
    try {
      super(appID, server);
    } catch (error) {
      refusal = /** @type {EngineError} */ (error);
      if (!REFUSED.includes(refusal.code)) throw error;
      super(1, NOWHERE);
      console.warn("holdfast", refusal.message);
    }
    this.refusal = refusal;
  }

  getVersion() {
    return ZegoExpressEngine.version;
  }

  holdfastVersion() {
    return super.getVersion();
  }

  /** @type {Declared["setEngineConfig"]} */
  setEngineConfig(config) {
    const kept = /** @type {EngineConfig} */ (said(config));
    orWarn(undefined, () => super.setEngineConfig(kept));
  }

  /** @type {Declared["setLogConfig"]} */
  setLogConfig(config) {
    const { logLevel } = config ?? {};
    const level = LEVELS[Number(logLevel)] ?? logLevel;
    if (level !== undefined) super.setLogConfig({ logLevel: level });
    return true;
  }

  setRoomScenario() {
    return true;
  }

  setTurnServer() {}

  /** @type {ExpressEngine["off"]} */
  off(event, listener) {
    return super.off(event, listener) || listener === undefined;
  }

  // Rooms.

  /** @type {Declared["loginRoom"]} */
  loginRoom(...args) {
    return this.refusal ? Promise.reject(this.refusal) : super.loginRoom(...args);
  }

  /** @type {Declared["logoutRoom"]} */
  logoutRoom(roomID) {
    orWarn(undefined, () => super.logoutRoom(roomID));
  }

  // Streams.

  /** @type {Declared["createStream"]} */
  async createStream(source) {
    return super.createStream(streamSource(source));
  }

  /** @type {Declared["createZegoStream"]} */
  async createZegoStream(options) {
    return lenientStream(await super.createZegoStream(zegoStreamOptions(options)));
  }

  /** @type {Declared["destroyStream"]} */
  destroyStream(stream) {
    orWarn(undefined, () => super.destroyStream(/** @type {LocalStream} */ (stream)));
  }

  /** @type {Declared["startPublishingStream"]} */
  startPublishingStream(streamID, stream, options) {
    const known = /** @type {PublishOptions} */ (options);
    const isTaken = super.startPublishingStream(streamID, stream, known);
    if (!isTaken && !isInRoom(this)) throw failure(1000002, "log in to a room before publishing");
    return isTaken;
  }

  /** @type {Declared["stopPublishingStream"]} */
  stopPublishingStream(streamID) {
    return orWarn(false, () => super.stopPublishingStream(streamID));
  }

  /** @type {Declared["stopPlayingStream"]} */
  stopPlayingStream(streamID) {
    orWarn(undefined, () => super.stopPlayingStream(streamID));
  }

  /** @type {Declared["mutePublishStreamVideo"]} */
  mutePublishStreamVideo(stream, mute) {
    return orWarn(false, () => super.mutePublishStreamVideo(stream, mute));
  }

  /** @type {Declared["mutePublishStreamAudio"]} */
  mutePublishStreamAudio(stream, mute) {
    return orWarn(false, () => super.mutePublishStreamAudio(stream, mute));
  }

  /** @type {Declared["replaceTrack"]} */
  replaceTrack(stream, track) {
    return answered(super.replaceTrack(stream, track));
  }

  /** @type {Declared["setVideoConfig"]} */
  async setVideoConfig(stream, config) {
    const kept = said(config);
    if (kept && !Object.keys(kept).length) throw bad("the config sets nothing");
    return super.setVideoConfig(stream, /** @type {VideoConfig} */ (kept));
  }

  // Devices.

  /** @type {Declared["useVideoDevice"]} */
  useVideoDevice(stream, deviceID) {
    return orNoDevice(super.useVideoDevice(stream, deviceID));
  }

  /** @type {Declared["useAudioDevice"]} */
  useAudioDevice(stream, deviceID) {
    return orNoDevice(super.useAudioDevice(stream, deviceID));
  }

  /**
   * @overload
   * @returns {Promise<Requirements>}
   */
  /**
   * @overload
   * @param {Requirement} type
   * @returns {Promise<{ result: boolean, errInfo: RequirementErrors }>}
   */
  /**
   * @param {Requirement} [type]
   * @returns {Promise<object>}
   */
  async checkSystemRequirements(type) {
    if (type === undefined) return super.checkSystemRequirements();
    try {
      return await super.checkSystemRequirements(type);
    } catch (error) {
      if (/** @type {EngineError} */ (error).code !== 1100001) throw error;
      return warned(error, { result: false, errInfo: {} });
    }
  }

  static {
    // As in the class before: apps that wrap an engine walk its methods.
    for (const name of Object.getOwnPropertyNames(ZegoExpressEngine.prototype)) {
      const enumerable = name !== "constructor";
      Object.defineProperty(ZegoExpressEngine.prototype, name, { enumerable });
    }
  }
}

/**
 * Whether the user is in a room, or on the way into one. Who has been in none has no states.
 *
 * @param {ZegoExpressEngine} engine
 */
function isInRoom(engine) {
  /** @type {Map<string, string>} */
  const states = new Map();
  for (const { layer, id, state } of engine.timeline()) {
    if (layer === "room" && state) states.set(id, state);
  }
  return [...states.values()].some((state) => !OUTSIDE.includes(state));
}

/**
 * What a method resolves with, whether it went well or not.
 *
 * @param {Promise<ServerResponse>} done
 * @returns {Promise<ServerResponse>}
 */
const answered = (done) =>
  done.catch((error) => warned(error, { errorCode: error.code, extendedData: error.message }));

/**
 * The same for the choice of a device that is not there; other errors reject.
 *
 * @param {Promise<ServerResponse>} done
 * @returns {Promise<ServerResponse>}
 */
const orNoDevice = (done) =>
  done.catch((error) => {
    if (!NO_SUCH_DEVICE.includes(error.code)) throw error;
    return warned(error, { errorCode: 1103048, extendedData: "device is not found" });
  });
