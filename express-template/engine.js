/**
 * @import {
 *   EngineConfig, EngineError, EngineEvents, LocalStream, PublishOptions, Requirement, RequirementErrors,
 *   Requirements, ServerResponse, VideoConfig
 * } from "holdfast/index.js"
 */
/** @import { ZegoExpressEngine as Declared } from "./sdk/code/zh/zego.client.web.js" */

import { bad } from "holdfast/arguments.js";
import { ExpressEngine } from "holdfast/engine.js";
import { failure } from "holdfast/failure.js";
import { listMethods } from "holdfast/list_methods.js";
import { orWarn, orWarnLater, warned } from "./lenient.js";
import { lenientStream } from "./local_stream.js";
import { sayAbsent } from "./optional_modules.js";
import { said, streamSource, zegoStreamOptions } from "./options.js";

/** Where an engine is that was made without a server; no name ends so (RFC 6761). */
const NOWHERE = "https://no-server.invalid";

/** The constructor's codes for a bad app number or server. */
const REFUSED = [1001004, 1100001];

/** States of a room that the user is no longer in. */
const OUTSIDE = ["LOGIN_FAILED", "RECONNECT_FAILED", "KICKOUT", "LOGOUT"];

/** The code of browsers that do not find the device of an ID. */
const OVERCONSTRAINED = 1103066;
/** What the choice of a device that is not there resolves with. */
const NO_DEVICE = { errorCode: 1103048, extendedData: "device is not found" };

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

  /** @type {ExpressEngine["on"]} */
  on(event, listener) {
    const isNew = super.on(event, listener);
    return isNew || (typeof listener === "function" && isKnown(this, event));
  }

  /** @type {ExpressEngine["off"]} */
  off(event, listener) {
    return super.off(event, listener) || isKnown(this, event);
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

  /** @type {Declared["renewToken"]} */
  renewToken(token, roomID) {
    return orWarn(false, () => super.renewToken(token, roomID));
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
    // Before a login that SDK looks at nothing else.
    const outside = failure(1000002, "log in to a room before publishing");
    try {
      const known = /** @type {PublishOptions} */ (options);
      if (super.startPublishingStream(streamID, stream, known)) return true;
    } catch (error) {
      throw isInRoom(this) ? error : outside;
    }
    if (!isPublished(this, streamID)) throw outside;
    return false;
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

  /** @type {Declared["checkVideoTrackIsActive"]} */
  checkVideoTrackIsActive(stream) {
    return orWarnLater(false, super.checkVideoTrackIsActive(stream));
  }

  /** @type {Declared["checkAudioTrackIsActive"]} */
  checkAudioTrackIsActive(stream) {
    return orWarnLater(false, super.checkAudioTrackIsActive(stream));
  }

  /** @type {Declared["setSoundLevelDelegate"]} */
  setSoundLevelDelegate(isOn, interval, options) {
    orWarn(undefined, () => super.setSoundLevelDelegate(isOn, interval, options));
  }

  // Changes of a stream. All but that of the picture resolve, whether they went well or not.

  /** @type {Declared["replaceTrack"]} */
  replaceTrack(stream, track) {
    return answered(super.replaceTrack(stream, track));
  }

  /** @type {Declared["updatePublishingStream"]} */
  updatePublishingStream(stream, updateType) {
    return answered(super.updatePublishingStream(stream, updateType));
  }

  /** @type {Declared["setAudioConfig"]} */
  setAudioConfig(stream, config) {
    return answered(super.setAudioConfig(stream, config));
  }

  /** @type {Declared["setCaptureVolume"]} */
  setCaptureVolume(stream, volume) {
    return answered(super.setCaptureVolume(stream, volume));
  }

  /** @type {Declared["setVideoConfig"]} */
  async setVideoConfig(stream, config) {
    const kept = said(config);
    if (kept && !Object.keys(kept).length) throw bad("the config sets nothing");
    return super.setVideoConfig(stream, /** @type {VideoConfig} */ (kept));
  }

  // Devices.

  /** @type {Declared["useVideoDevice"]} */
  async useVideoDevice(stream, deviceID) {
    return deviceID === "" ? NO_DEVICE : answered(super.useVideoDevice(stream, deviceID));
  }

  /** @type {Declared["useAudioDevice"]} */
  async useAudioDevice(stream, deviceID) {
    return deviceID === "" ? NO_DEVICE : answered(super.useAudioDevice(stream, deviceID));
  }

  /** @type {Declared["enableVideoCaptureDevice"]} */
  enableVideoCaptureDevice(stream, isEnabled) {
    return orWarnLater(false, super.enableVideoCaptureDevice(stream, isEnabled));
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
    if (type === undefined || type === null) return super.checkSystemRequirements();
    try {
      return await super.checkSystemRequirements(type);
    } catch (error) {
      if (/** @type {EngineError} */ (error).code !== 1100001) throw error;
      return warned(error, { result: false, errInfo: { extendedDate: "param error" } });
    }
  }

  static {
    listMethods(ZegoExpressEngine);
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
 * Whether a stream is published. If not, a refusal is about the room, which may just have been left.
 *
 * @param {ZegoExpressEngine} engine
 * @param {string} streamID
 */
function isPublished(engine, streamID) {
  let last;
  for (const { layer, id, state } of engine.timeline()) {
    if (layer === "publish" && id === streamID && state) last = state;
  }
  return last !== undefined && last !== "NO_PUBLISH";
}

/**
 * Whether there is such an event: only then a listener can be added.
 *
 * @param {ZegoExpressEngine} engine
 * @param {keyof EngineEvents} event
 */
function isKnown(engine, event) {
  const { on, off } = ExpressEngine.prototype;
  const probe = () => {};
  return on.call(engine, event, probe) && off.call(engine, event, probe);
}

/**
 * What a method resolves with, whether it went well or not.
 *
 * @param {Promise<ServerResponse>} done
 * @returns {Promise<ServerResponse>}
 */
const answered = (done) =>
  done.catch((error) => {
    const { code, message } = error;
    const isGone = code === OVERCONSTRAINED;
    return warned(error, isGone ? NO_DEVICE : { errorCode: code, extendedData: message });
  });
