/**
 * @import {
 *   StreamViewEvents, StreamViewOptions, ZegoStreamView as Declared
 * } from "./index.js"
 */
/** @import { Host } from "./host.js" */

import { Emitter } from "./emitter.js";
import { keepLastFrame } from "./last_frame.js";
import { useOutput } from "./output.js";

/**
 * A stream on the page: a muted video element in the app's container, and an audio element.
 *
 * @extends {Emitter<StreamViewEvents>}
 * @implements {Declared}
 */
export class ZegoStreamView extends Emitter {
  #host;
  #media;
  #isLocal;
  #audio = new Audio();
  /** @type {HTMLVideoElement | undefined} */
  #video;
  #keepsFrame = false;
  /** @type {(() => void) | undefined} */
  #letGo;
  /** @type {HTMLButtonElement | undefined} */
  #button;

  /**
   * @param {Host} host
   * @param {MediaStream} media
   * @param {boolean} isLocal
   */
  constructor(host, media, isLocal) {
    super("autoplayFailed", "canPlayVideo", "canPlayAudio");
    this.#host = host;
    this.#media = media;
    this.#isLocal = isLocal;
  }

  /** @type {Declared["play"]} */
  play(container, options) {
    this.playVideo(container, options);
    // Users would hear an echo of their own voice.
    this.playAudio({ muted: this.#isLocal, ...options });
  }

  /** @type {Declared["playVideo"]} */
  playVideo(container, options) {
    const place = typeof container === "string" ? document.getElementById(container) : container;
    if (!(place instanceof HTMLElement)) {
      throw this.#host.bad("container must be an element or an element's id");
    }
    this.#clear();
    const { mirror, objectFit = "contain", clearLastFrame = true } = options ?? {};
    this.#keepsFrame = !clearLastFrame;
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true });
    const transform = mirror ? "scaleX(-1)" : "";
    Object.assign(video.style, { width: "100%", height: "100%", objectFit, transform });
    place.append(video);
    this.#video = video;
    this.#letGo = keepLastFrame(video);
    this.#start(video, "canPlayVideo", options);
  }

  /** @type {Declared["playAudio"]} */
  playAudio(options) {
    this.#audio.muted = !!options?.muted;
    this.#start(this.#audio, "canPlayAudio", options);
  }

  /**
   * @param {HTMLMediaElement} element
   * @param {"canPlayVideo" | "canPlayAudio"} event
   * @param {StreamViewOptions} [options]
   */
  #start(element, event, options) {
    element.addEventListener("canplay", (e) => Emitter.tell(this, event, e), { once: true });
    // The MediaStream stays the same through every reconnect, so the picture stays (PLAY-06).
    element.srcObject = this.#media;
    element.autoplay = true;
    this.#run(element, options?.enableAutoplayDialog ?? true);
  }

  /**
   * @param {HTMLMediaElement} element
   * @param {boolean} [asks] Whether to ask the user to click.
   */
  async #run(element, asks) {
    try {
      await element.play();
    } catch (reason) {
      const error = /** @type {DOMException} */ (reason);
      // Other errors come from an element that was stopped.
      if (error.name !== "NotAllowedError") return;
      Emitter.tell(this, "autoplayFailed", element, error);
      if (asks) this.#ask();
    }
  }

  /** Asks the user to click: browsers allow a page to play sound only after that. */
  #ask() {
    this.#button?.remove();
    const button = document.createElement("button");
    button.textContent = "▶";
    button.ariaLabel = "Play";
    button.onclick = () => this.resume();
    (this.#video?.parentNode ?? document.body).append(button);
    this.#button = button;
  }

  /** @type {Declared["resume"]} */
  async resume() {
    this.#button?.remove();
    const elements = [this.#video, this.#audio];
    await Promise.all(elements.map((element) => element?.srcObject && this.#run(element)));
  }

  stop() {
    this.stopVideo();
    this.stopAudio();
  }

  stopVideo() {
    this.#button?.remove();
    this.#video?.pause();
    if (!this.#keepsFrame) this.#clear();
  }

  #clear() {
    this.#letGo?.();
    this.#video?.remove();
    this.#video = undefined;
  }

  stopAudio() {
    this.#audio.srcObject = null;
  }

  /** @type {Declared["setAudioMuted"]} */
  setAudioMuted(muted) {
    this.#audio.muted = !!muted;
    return true;
  }

  /** @type {Declared["setVideoMuted"]} */
  setVideoMuted(muted) {
    if (!this.#video) return false;
    this.#video.style.visibility = muted ? "hidden" : "";
    return true;
  }

  /** @type {Declared["setVolume"]} */
  setVolume(volume) {
    if (!(volume >= 0 && volume <= 100)) throw this.#host.bad("volume must be 0 to 100");
    this.#audio.volume = volume / 100;
    return true;
  }

  /** @type {Declared["useAudioOutputDevice"]} */
  async useAudioOutputDevice(deviceID) {
    await useOutput(this.#host, this.#audio, deviceID);
  }

  getVideoWidth() {
    return this.#video?.videoWidth ?? 0;
  }

  getVideoHeight() {
    return this.#video?.videoHeight ?? 0;
  }

  /** @type {Declared["takeStreamSnapshot"]} */
  takeStreamSnapshot(options) {
    const { imageType = "png", quality = 1, save, fileName = "snapshot" } = options ?? {};
    const video = this.#video;
    if (!video?.videoWidth) throw this.#host.bad("no video is shown yet");
    const { videoWidth: width, videoHeight: height } = video;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const href = canvas.toDataURL(`image/${imageType}`, quality);
    if (save) Object.assign(document.createElement("a"), { href, download: fileName }).click();
    return href;
  }
}
