import { Emitter } from "./emitter.js";
import { keepLastFrame } from "./last_frame.js";
import { useOutput } from "./output.js";
import { liveMediaOf } from "./tracks.js";

/** A stream on the page: a muted video element in the app's container, and an audio element. */
export class ZegoStreamView extends Emitter {
  #host;
  #media;
  #isLocal;
  #audio = new Audio();
  #video;
  #keepsFrame;
  #letGo;
  #button;

  constructor(host, media, isLocal) {
    super("autoplayFailed", "canPlayVideo", "canPlayAudio");
    this.#host = host;
    this.#media = media;
    this.#isLocal = isLocal;
  }

  play(container, options) {
    this.playVideo(container, options);
    // Users would hear an echo of their own voice.
    this.playAudio({ muted: this.#isLocal, ...options });
  }

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

  playAudio(options) {
    this.#audio.muted = !!options?.muted;
    this.#start(this.#audio, "canPlayAudio", options);
  }

  #start(element, event, options) {
    element.addEventListener("canplay", (e) => Emitter.tell(this, event, e), { once: true });
    // The MediaStream stays the same through every reconnect, so the picture stays (PLAY-06).
    element.srcObject = this.#media;
    element.autoplay = true;
    this.#run(element, options?.enableAutoplayDialog ?? true);
  }

  async #run(element, asks) {
    try {
      await element.play();
    } catch (error) {
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

  async resume() {
    this.#button?.remove();
    const elements = [this.#video, this.#audio].filter((element) => element?.srcObject);
    await Promise.all(elements.map((element) => this.#run(element)));
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

  setAudioMuted(muted) {
    this.#audio.muted = !!muted;
    return true;
  }

  setVideoMuted(muted) {
    if (!this.#video) return false;
    this.#video.style.visibility = muted ? "hidden" : "";
    return true;
  }

  setVolume(volume) {
    if (!(volume >= 0 && volume <= 100)) throw this.#host.bad("volume must be 0 to 100");
    this.#audio.volume = volume / 100;
    return true;
  }

  async useAudioOutputDevice(deviceID) {
    await useOutput(this.#host, this.#audio, deviceID);
  }

  getVideoWidth() {
    return this.#video?.videoWidth ?? 0;
  }

  getVideoHeight() {
    return this.#video?.videoHeight ?? 0;
  }

  takeStreamSnapshot(options) {
    const { imageType = "png", quality = 1, save, fileName = "snapshot" } = options ?? {};
    const [width, height] = [this.getVideoWidth(), this.getVideoHeight()];
    if (!width) throw this.#host.bad("no video is shown yet");
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d").drawImage(this.#video, 0, 0);
    const href = canvas.toDataURL(`image/${imageType}`, quality);
    if (save) Object.assign(document.createElement("a"), { href, download: fileName }).click();
    return href;
  }
}

export const viewMethods = {
  createLocalStreamView: (host, stream) =>
    new ZegoStreamView(host, liveMediaOf(host, stream), true),
  createRemoteStreamView: (host, stream) => new ZegoStreamView(host, liveMediaOf(host, stream)),
};
