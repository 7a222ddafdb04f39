/** @import { CustomOptions, LocalStreamEvents, ZegoLocalStream as Declared } from "./index.js" */
/** @import { PictureOptions, SoundOptions } from "./capture.js" */
/** @import { Host } from "./host.js" */
/** @import { Kind } from "./tracks.js" */

import { acquireDevices, acquireScreen } from "./acquire.js";
import { takeCustom } from "./capture.js";
import { drop, takeTrack } from "./captures.js";
import { Emitter } from "./emitter.js";
import { noteChange } from "./latest_change.js";
import { DONE, sourceOf, swapTrack, trackOf } from "./tracks.js";
import { ZegoStreamView } from "./view.js";

/**
 * A user's stream to publish. It stays one MediaStream, whatever is captured into it.
 *
 * @extends {Emitter<LocalStreamEvents>}
 * @implements {Declared}
 */
export class ZegoLocalStream extends Emitter {
  #host;
  #media = new MediaStream();
  #view;
  #captureView;

  /** @param {Host} host */
  constructor(host) {
    super(
      "autoplayFailed",
      "canPlayAudio",
      "canPlayVideo",
      "autoplayCaptureFailed",
      "canPlayCaptureAudio",
      "canPlayCaptureVideo",
      "audioTrackChanged",
      "videoTrackChanged",
      "captureAudioTrackChanged",
      "captureVideoTrackChanged",
    );
    this.#host = host;
    host.faces.set(this.#media, this);
    this.#view = this.#makeView("autoplayFailed", "canPlayAudio", "canPlayVideo");
    this.#captureView = this.#makeView(
      "autoplayCaptureFailed",
      "canPlayCaptureAudio",
      "canPlayCaptureVideo",
    );
    this.#media.addEventListener("addtrack", ({ track }) => {
      const isVideo = track.kind === "video";
      Emitter.tell(this, isVideo ? "videoTrackChanged" : "audioTrackChanged", track);
      Emitter.tell(this, isVideo ? "captureVideoTrackChanged" : "captureAudioTrackChanged", track);
    });
  }

  /**
   * Makes a view; this stream fires the view's events under these names.
   *
   * @param {"autoplayFailed" | "autoplayCaptureFailed"} failed
   * @param {"canPlayAudio" | "canPlayCaptureAudio"} audio
   * @param {"canPlayVideo" | "canPlayCaptureVideo"} video
   */
  #makeView(failed, audio, video) {
    const view = new ZegoStreamView(this.#host, this.#media, true);
    view.on("autoplayFailed", (...values) => Emitter.tell(this, failed, ...values));
    view.on("canPlayAudio", (event) => Emitter.tell(this, audio, event));
    view.on("canPlayVideo", (event) => Emitter.tell(this, video, event));
    return view;
  }

  get stream() {
    return this.#media;
  }

  get active() {
    return this.#media.active;
  }

  get id() {
    return this.#media.id;
  }

  get videoCaptureStream() {
    return trackOf(this.#media, "video") ? this.#media : null;
  }

  get audioCaptureStream() {
    return trackOf(this.#media, "audio") ? this.#media : null;
  }

  get videoDeviceId() {
    return deviceOf(this.#media, "video");
  }

  get audioDeviceId() {
    return deviceOf(this.#media, "audio");
  }

  getTracks() {
    return this.#media.getTracks();
  }

  getAudioTracks() {
    return this.#media.getAudioTracks();
  }

  getVideoTracks() {
    return this.#media.getVideoTracks();
  }

  /** @type {Declared["startCaptureCamera"]} */
  startCaptureCamera(options) {
    return this.startCaptureCameraAndMicrophone(options, false);
  }

  /** @type {Declared["startCaptureMicrophone"]} */
  startCaptureMicrophone(options) {
    return this.startCaptureCameraAndMicrophone(false, options);
  }

  /**
   * @param {boolean | PictureOptions} [camera]
   * @param {boolean | SoundOptions} [microphone]
   */
  async startCaptureCameraAndMicrophone(camera = true, microphone = true) {
    await acquireDevices(this.#host, this.#media, camera, microphone);
    return DONE;
  }

  /** @type {Declared["startCaptureScreen"]} */
  startCaptureScreen(options) {
    return this.startCaptureScreenWithAudio(options, false);
  }

  /**
   * @param {true | PictureOptions} [video]
   * @param {boolean | object} [audio]
   */
  async startCaptureScreenWithAudio(video = true, audio = true) {
    await acquireScreen(this.#host, this.#media, video, audio);
    return DONE;
  }

  /** @type {Declared["startCaptureCustomVideo"]} */
  startCaptureCustomVideo(options) {
    return this.#takeCustom("video", options);
  }

  /** @type {Declared["startCaptureCustomAudio"]} */
  startCaptureCustomAudio(options) {
    return this.#takeCustom("audio", options);
  }

  /** @type {Declared["startCaptureCustomVideoAndAudio"]} */
  async startCaptureCustomVideoAndAudio(video, audio) {
    await this.#takeCustom("video", video);
    return this.#takeCustom("audio", audio);
  }

  /**
   * @param {Kind} kind
   * @param {Partial<CustomOptions>} [options]
   */
  async #takeCustom(kind, options) {
    this.#host.life.throwIfAborted();
    const track = trackOf(takeCustom(this.#host, options?.source), kind);
    if (!track) throw this.#host.failure(1103047);
    noteChange(this.#media, [kind]);
    await takeTrack(this.#host, this.#media, track);
    return DONE;
  }

  stopCaptureVideo() {
    return this.#stop("video");
  }

  stopCaptureAudio() {
    return this.#stop("audio");
  }

  /** @param {Kind} kind */
  async #stop(kind) {
    noteChange(this.#media, [kind]); // cancels captures that are still opening
    const track = sourceOf(this.#media, kind);
    if (!track) return false;
    await swapTrack(this.#host, this.#media, track);
    drop(this.#host, this.#media, track);
    return true;
  }

  /** @type {Declared["playVideo"]} */
  playVideo(view, options) {
    this.#view.playVideo(view, options);
  }

  /** @type {Declared["playAudio"]} */
  playAudio(options) {
    this.#view.playAudio(options);
  }

  stopVideo() {
    this.#view.stopVideo();
  }

  stopAudio() {
    this.#view.stopAudio();
  }

  resumeVideo() {
    return this.#view.resume();
  }

  resumeAudio() {
    return this.#view.resume();
  }

  /** @type {Declared["playCaptureVideo"]} */
  playCaptureVideo(view, options) {
    this.#captureView.playVideo(view, options);
  }

  /** @type {Declared["playCaptureAudio"]} */
  playCaptureAudio(options) {
    this.#captureView.playAudio(options);
  }

  stopPlayCaptureVideo() {
    this.#captureView.stopVideo();
  }

  stopPlayCaptureAudio() {
    this.#captureView.stopAudio();
  }

  /** @type {Declared["setVolume"]} */
  setVolume(volume) {
    return this.#view.setVolume(volume);
  }

  /** @type {Declared["useAudioOutputDevice"]} */
  useAudioOutputDevice(deviceID) {
    return this.#view.useAudioOutputDevice(deviceID);
  }

  /** @type {Declared["takeStreamSnapshot"]} */
  takeStreamSnapshot(options) {
    return this.#view.takeStreamSnapshot(options);
  }

  /**
   * Stops the stream's views.
   *
   * @param {ZegoLocalStream} stream
   */
  static stopViews(stream) {
    stream.#view.stop();
    stream.#captureView.stop();
  }
}

/**
 * @param {MediaStream} media
 * @param {Kind} kind
 */
function deviceOf(media, kind) {
  return sourceOf(media, kind)?.getSettings().deviceId ?? "";
}
