/**
 * @import {
 *   ExpressEngine as Declared, LocalStream, PublishOptions, Requirement, RequirementErrors,
 *   Requirements
 * } from "./index.js"
 */

import { between, source, text } from "./arguments.js";
import { bitratesOf } from "./bitrates.js";
import { Bridge } from "./bridge.js";
import { release } from "./captures.js";
import { listDevices } from "./devices.js";
import { EngineCore } from "./holdfast.js";
import { Host } from "./host.js";
import { listMethods } from "./list_methods.js";
import { setLogLevel, setVerbose } from "./log.js";
import { needModule } from "./module.js";
import { muteAudio, muteMicrophone, muteVideo } from "./mute.js";
import { useOutput } from "./output.js";
import { mutePlayedStream, mutePlayedStreams } from "./play_mute.js";
import { playQuality, publishQuality } from "./quality.js";
import { checkAll, checkOne } from "./requirements.js";
import {
  enableCamera,
  setAudioConfig,
  setVideoConfig,
  useDevice,
  useFrontCamera,
} from "./settings.js";
import { tellSoundLevels } from "./sound.js";
import { createStream, createZegoStream, destroyStream } from "./streams.js";
import {
  addTrack,
  isActive,
  liveMediaOf,
  removeTrack,
  replaceTrack,
  updatePublishing,
} from "./tracks.js";
import { unsupported } from "./unsupported.js";
import { untilPlayed } from "./until_played.js";
import { ZegoStreamView } from "./view.js";
import { setCaptureVolume } from "./volume.js";

/**
 * The class that apps use. Rooms, streams, messages and recovery are in `src/api/engine.rs`; code
 * that needs the page's devices, tracks and elements is here and in the files beside this one.
 * `pkg-template/types` describes each method.
 *
 * @implements {Declared}
 */
export class ExpressEngine {
  /** @type {EngineCore & { simulate?(...args: unknown[]): unknown }} */
  #core;
  #host;

  /**
   * @param {number} appID
   * @param {string | readonly string[]} server
   */
  constructor(appID, server) {
    needModule();
    this.#core = new EngineCore(appID, server);
    this.#host = new Host(this.#core);
  }

  getVersion() {
    return this.#core.getVersion();
  }

  /** @type {Declared["setEngineConfig"]} */
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

  /** @type {Declared["on"]} */
  on(event, listener) {
    return this.#core.on(event, listener);
  }

  /** @type {Declared["once"]} */
  once(event, listener) {
    return this.#core.once(event, listener);
  }

  /** @type {Declared["off"]} */
  off(event, listener) {
    return this.#core.off(event, listener);
  }

  /** @type {Declared["enableMultiRoom"]} */
  enableMultiRoom(enable) {
    return this.#core.enableMultiRoom(enable);
  }

  /** @type {Declared["loginRoom"]} */
  loginRoom(roomID, token, user, config) {
    return this.#core.loginRoom(roomID, token, user, config);
  }

  /** @type {Declared["switchRoom"]} */
  switchRoom(fromRoomID, toRoomID, config) {
    return this.#core.switchRoom(fromRoomID, toRoomID, config);
  }

  /** @type {Declared["logoutRoom"]} */
  logoutRoom(roomID) {
    this.#core.logoutRoom(roomID);
  }

  retryNow() {
    this.#core.retryNow();
  }

  /** @type {Declared["renewToken"]} */
  renewToken(token, roomID) {
    return this.#core.renewToken(token, roomID);
  }

  /**
   * @param {string} streamID
   * @param {LocalStream & { stream?: MediaStream }} stream
   * @param {PublishOptions} [options]
   */
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

  /** @type {Declared["stopPublishingStream"]} */
  stopPublishingStream(streamID) {
    return this.#core.stopPublishingStream(streamID);
  }

  /** @type {Declared["startPlayingStream"]} */
  startPlayingStream(streamID, options) {
    const outlet = new MediaStream();
    return untilPlayed(
      this.#core.startPlayingStream(streamID, options, outlet, new Bridge(outlet)),
    );
  }

  /** @type {Declared["stopPlayingStream"]} */
  stopPlayingStream(streamID) {
    this.#core.stopPlayingStream(streamID);
  }

  /** @type {Declared["sendBroadcastMessage"]} */
  sendBroadcastMessage(roomID, message) {
    return this.#core.sendBroadcastMessage(roomID, message);
  }

  /** @type {Declared["sendBarrageMessage"]} */
  sendBarrageMessage(roomID, message) {
    return this.#core.sendBarrageMessage(roomID, message);
  }

  /** @type {Declared["sendCustomCommand"]} */
  sendCustomCommand(roomID, command, toUserIDs) {
    return this.#core.sendCustomCommand(roomID, command, toUserIDs);
  }

  /** @type {Declared["setRoomExtraInfo"]} */
  setRoomExtraInfo(roomID, key, value) {
    return this.#core.setRoomExtraInfo(roomID, key, value);
  }

  /** @type {Declared["setStreamExtraInfo"]} */
  setStreamExtraInfo(streamID, extraInfo) {
    return this.#core.setStreamExtraInfo(streamID, extraInfo);
  }

  timeline() {
    return this.#core.timeline();
  }

  // The user's own streams.

  /** @type {Declared["createStream"]} */
  createStream(source) {
    return createStream(this.#host, source);
  }

  /** @type {Declared["createZegoStream"]} */
  createZegoStream(options) {
    return createZegoStream(this.#host, options);
  }

  /** @type {Declared["destroyStream"]} */
  destroyStream(stream) {
    destroyStream(this.#host, stream);
  }

  /** @type {Declared["replaceTrack"]} */
  replaceTrack(stream, track) {
    return replaceTrack(this.#host, stream, track);
  }

  /** @type {Declared["addTrack"]} */
  addTrack(stream, track) {
    return addTrack(this.#host, stream, track);
  }

  /** @type {Declared["removeTrack"]} */
  removeTrack(stream, track) {
    return removeTrack(this.#host, stream, track);
  }

  /** @type {Declared["checkVideoTrackIsActive"]} */
  checkVideoTrackIsActive(stream) {
    return isActive(this.#host, stream, "video");
  }

  /** @type {Declared["checkAudioTrackIsActive"]} */
  checkAudioTrackIsActive(stream) {
    return isActive(this.#host, stream, "audio");
  }

  /** @type {Declared["updatePublishingStream"]} */
  updatePublishingStream(stream, updateType) {
    return updatePublishing(this.#host, stream, updateType);
  }

  // Their devices and settings.

  /** @type {Declared["useVideoDevice"]} */
  useVideoDevice(stream, deviceID) {
    return useDevice(this.#host, stream, "video", deviceID);
  }

  /** @type {Declared["useAudioDevice"]} */
  useAudioDevice(stream, deviceID) {
    return useDevice(this.#host, stream, "audio", deviceID);
  }

  /** @type {Declared["useFrontCamera"]} */
  useFrontCamera(stream, isFront) {
    return useFrontCamera(this.#host, stream, isFront);
  }

  /** @type {Declared["enableVideoCaptureDevice"]} */
  enableVideoCaptureDevice(stream, isEnabled) {
    return enableCamera(this.#host, stream, isEnabled);
  }

  /** @type {Declared["setVideoConfig"]} */
  setVideoConfig(stream, config) {
    return setVideoConfig(this.#host, stream, config);
  }

  /** @type {Declared["setAudioConfig"]} */
  setAudioConfig(stream, config) {
    return setAudioConfig(this.#host, stream, config);
  }

  /** @type {Declared["setCaptureVolume"]} */
  setCaptureVolume(stream, volume) {
    return setCaptureVolume(this.#host, stream, volume);
  }

  // Devices.

  enumDevices() {
    return listDevices(this.#host);
  }

  async getCameras() {
    return (await listDevices(this.#host)).cameras;
  }

  async getMicrophones() {
    return (await listDevices(this.#host)).microphones;
  }

  async getSpeakers() {
    return (await listDevices(this.#host)).speakers;
  }

  /** @type {Declared["useAudioOutputDevice"]} */
  async useAudioOutputDevice(element, deviceID) {
    await useOutput(this.#host, element, deviceID);
    return true;
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
  /** @param {Requirement} [type] */
  checkSystemRequirements(type) {
    return type === undefined ? checkAll(this.#host) : checkOne(this.#host, type);
  }

  // Mutes.

  /** @type {Declared["mutePublishStreamVideo"]} */
  mutePublishStreamVideo(stream, mute) {
    return muteVideo(this.#host, stream, mute);
  }

  /** @type {Declared["mutePublishStreamAudio"]} */
  mutePublishStreamAudio(stream, mute) {
    return muteAudio(this.#host, stream, mute);
  }

  /** @type {Declared["muteMicrophone"]} */
  muteMicrophone(mute) {
    return muteMicrophone(this.#host, mute);
  }

  isMicrophoneMuted() {
    return this.#host.isMicrophoneMuted;
  }

  /** @type {Declared["mutePlayStreamVideo"]} */
  mutePlayStreamVideo(streamID, mute) {
    return mutePlayedStream(this.#host, "video", streamID, mute);
  }

  /** @type {Declared["mutePlayStreamAudio"]} */
  mutePlayStreamAudio(streamID, mute) {
    return mutePlayedStream(this.#host, "audio", streamID, mute);
  }

  /** @type {Declared["muteAllPlayVideoStreams"]} */
  muteAllPlayVideoStreams(mute) {
    return mutePlayedStreams(this.#host, "video", mute);
  }

  /** @type {Declared["muteAllPlayAudioStreams"]} */
  muteAllPlayAudioStreams(mute) {
    return mutePlayedStreams(this.#host, "audio", mute);
  }

  // Views.

  /** @type {Declared["createLocalStreamView"]} */
  createLocalStreamView(stream) {
    return new ZegoStreamView(this.#host, liveMediaOf(this.#host, stream), true);
  }

  /** @type {Declared["createRemoteStreamView"]} */
  createRemoteStreamView(stream) {
    return new ZegoStreamView(this.#host, liveMediaOf(this.#host, stream), false);
  }

  // Quality, sound levels and the log.

  /** @type {Declared["getPublishingStreamQuality"]} */
  getPublishingStreamQuality(streamID) {
    return publishQuality(this.#host, streamID);
  }

  /** @type {Declared["getPlayingStreamQuality"]} */
  getPlayingStreamQuality(streamID) {
    return playQuality(this.#host, streamID);
  }

  /** @type {Declared["setSoundLevelDelegate"]} */
  setSoundLevelDelegate(isOn, interval, options) {
    tellSoundLevels(this.#host, isOn, interval, options);
  }

  /** @type {Declared["setLogConfig"]} */
  setLogConfig(config) {
    return setLogLevel(this.#host, config);
  }

  /** @type {Declared["setDebugVerbose"]} */
  setDebugVerbose(enable) {
    setVerbose(this.#host, enable);
  }

  destroyEngine() {
    const host = this.#host;
    if (host.life.aborted) return;
    this.#core.destroyEngine();
    host.end();
    for (const stream of host.captures.keys()) release(host, stream);
  }

  static {
    // Only the module of `holdfast-rtc/dev` has this.
    if ("simulate" in EngineCore.prototype) {
      Object.defineProperty(ExpressEngine.prototype, "simulate", {
        /** @this {ExpressEngine} @param {unknown[]} args */
        value(...args) {
          return this.#core.simulate?.(...args);
        },
        configurable: true,
        writable: true,
      });
    }
    listMethods(ExpressEngine);
    Object.setPrototypeOf(ExpressEngine.prototype, unsupported(Object.prototype));
    Object.setPrototypeOf(ExpressEngine, unsupported(Function.prototype));
  }
}
