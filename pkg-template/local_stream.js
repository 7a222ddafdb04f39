import { acquireDevices, acquireScreen } from "./acquire.js";
import { takeCustom } from "./capture.js";
import { drop, takeTrack } from "./captures.js";
import { Emitter } from "./emitter.js";
import { DONE, sourceOf, swapTrack, trackOf } from "./tracks.js";
import { ZegoStreamView } from "./view.js";
import { wish } from "./wishes.js";

/** A user's stream to publish. It stays one MediaStream, whatever is captured into it. */
export class ZegoLocalStream extends Emitter {
  #host;
  #media = new MediaStream();
  #view;
  #captureView;

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
    this.#view = this.#makeView("");
    this.#captureView = this.#makeView("Capture");
    this.#media.addEventListener("addtrack", ({ track }) => {
      const what = track.kind === "video" ? "ideoTrackChanged" : "udioTrackChanged";
      Emitter.tell(this, track.kind[0] + what, track);
      Emitter.tell(this, `capture${track.kind[0].toUpperCase()}${what}`, track);
    });
  }

  #makeView(which) {
    const view = new ZegoStreamView(this.#host, this.#media, true);
    const pairs = [
      ["autoplayFailed", `autoplay${which}Failed`],
      ["canPlayAudio", `canPlay${which}Audio`],
      ["canPlayVideo", `canPlay${which}Video`],
    ];
    for (const [event, ours] of pairs) {
      view.on(event, (...args) => Emitter.tell(this, ours, ...args));
    }
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

  startCaptureCamera(options) {
    return this.startCaptureCameraAndMicrophone(options, false);
  }

  startCaptureMicrophone(options) {
    return this.startCaptureCameraAndMicrophone(false, options);
  }

  async startCaptureCameraAndMicrophone(camera = true, microphone = true) {
    await acquireDevices(this.#host, this.#media, camera, microphone);
    return DONE;
  }

  startCaptureScreen(options) {
    return this.startCaptureScreenWithAudio(options, false);
  }

  async startCaptureScreenWithAudio(video = true, audio = true) {
    await acquireScreen(this.#host, this.#media, video, audio);
    return DONE;
  }

  startCaptureCustomVideo(options) {
    return this.#takeCustom("video", options);
  }

  startCaptureCustomAudio(options) {
    return this.#takeCustom("audio", options);
  }

  async startCaptureCustomVideoAndAudio(video, audio) {
    await this.#takeCustom("video", video);
    return this.#takeCustom("audio", audio);
  }

  async #takeCustom(kind, options) {
    this.#host.life.throwIfAborted();
    const track = trackOf(takeCustom(this.#host, options?.source), kind);
    if (!track) throw this.#host.failure(1103047);
    wish(this.#media, [kind]);
    await takeTrack(this.#host, this.#media, track);
    return DONE;
  }

  stopCaptureVideo() {
    return this.#stop("video");
  }

  stopCaptureAudio() {
    return this.#stop("audio");
  }

  async #stop(kind) {
    wish(this.#media, [kind]); // cancels captures that are still opening
    const track = sourceOf(this.#media, kind);
    if (!track) return false;
    await swapTrack(this.#host, this.#media, track);
    drop(this.#host, this.#media, track);
    return true;
  }

  playVideo(view, options) {
    this.#view.playVideo(view, options);
  }

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

  playCaptureVideo(view, options) {
    this.#captureView.playVideo(view, options);
  }

  playCaptureAudio(options) {
    this.#captureView.playAudio(options);
  }

  stopPlayCaptureVideo() {
    this.#captureView.stopVideo();
  }

  stopPlayCaptureAudio() {
    this.#captureView.stopAudio();
  }

  setVolume(volume) {
    return this.#view.setVolume(volume);
  }

  useAudioOutputDevice(deviceID) {
    return this.#view.useAudioOutputDevice(deviceID);
  }

  takeStreamSnapshot(options) {
    return this.#view.takeStreamSnapshot(options);
  }

  /** Stops the stream's views. */
  static stopViews(stream) {
    stream.#view.stop();
    stream.#captureView.stop();
  }
}

function deviceOf(media, kind) {
  return sourceOf(media, kind)?.getSettings().deviceId ?? "";
}
