// The user's own camera and screen: preview, publish, stop.

import { setPill } from "./pills.js";
import { Tile } from "./tile.js";

/** A capture that can be shown to the user and to the room. */
export class Publisher {
  #grid;
  #onChange;
  #kind;
  #engine = null;
  #stream = null;
  #streamID = null;
  #tile = null;
  #muted = { video: false, audio: false };
  #state = "NO_PUBLISH";
  #errorCode = 0;

  /**
   * @param kind "camera" or "screen".
   * @param onChange Called whenever the state or the capture changes.
   */
  constructor(grid, kind, onChange) {
    this.#grid = grid;
    this.#kind = kind;
    this.#onChange = onChange;
  }

  get isCapturing() {
    return this.#stream !== null;
  }

  get isPublishing() {
    return this.#state !== "NO_PUBLISH";
  }

  /** The capture, or null. */
  get stream() {
    return this.#stream;
  }

  get state() {
    return this.#state;
  }

  get errorCode() {
    return this.#errorCode;
  }

  /** Whether "video" or "audio" is muted. */
  isMuted(kind) {
    return this.#muted[kind];
  }

  follow(engine) {
    this.release(); // what another engine captured
    this.#engine = engine;
    engine.on("publisherStateUpdate", ({ streamID, state, errorCode }) => {
      if (streamID === this.#streamID) this.#become(state, errorCode);
    });
    engine.on("publishQualityUpdate", (streamID, stats) => {
      if (streamID === this.#streamID) this.#tile?.showQuality(stats);
    });
    engine.on("soundLevelUpdate", (levels) => {
      const own = levels.find(({ streamID, type }) => {
        return type === "push" && streamID === this.#streamID;
      });
      if (own) this.#tile?.showLevel(own.soundLevel);
    });
    // The browser's own "stop sharing" button.
    engine.on("screenSharingEnded", (stream) => {
      if (stream === this.#stream) this.release();
    });
  }

  /** Starts the capture and shows it; `options` are those of `createStream`'s camera. */
  async capture(options) {
    if (this.#stream) return;
    const isCamera = this.#kind === "camera";
    const stream = await this.#engine.createStream(
      isCamera
        ? { camera: { video: true, audio: true, ...options } }
        : { screen: { audio: false } },
    );
    this.#stream = stream;
    this.#tile = new Tile(this.#kind, isCamera ? "You" : "Your screen", "publisher");
    this.#tile.show(this.#engine.createLocalStreamView(stream), { mirror: isCamera });
    this.#grid.prepend(this.#tile.element);
    this.#become("NO_PUBLISH", 0);
  }

  /** Captures "video" or "audio" from another device, also while publishing. */
  async useDevice(kind, deviceID) {
    if (kind === "video") await this.#engine.useVideoDevice(this.#stream, deviceID);
    else await this.#engine.useAudioDevice(this.#stream, deviceID);
  }

  /** Mutes or unmutes "video" or "audio". */
  toggleMute(kind) {
    const isMuted = !this.#muted[kind];
    if (kind === "video") this.#engine.mutePublishStreamVideo(this.#stream, isMuted);
    else this.#engine.mutePublishStreamAudio(this.#stream, isMuted);
    this.#muted[kind] = isMuted;
    this.#tile.showMuted(kind, isMuted);
    this.#onChange();
  }

  publish(streamID) {
    this.#streamID = streamID;
    const extraInfo = this.#kind === "screen" ? "screen" : "";
    this.#engine.startPublishingStream(streamID, this.#stream, { extraInfo });
    this.#onChange();
  }

  unpublish() {
    if (this.#streamID) this.#engine.stopPublishingStream(this.#streamID);
    this.#streamID = null;
    this.#become("NO_PUBLISH", 0);
  }

  /** Stops publishing and capturing. */
  release() {
    if (!this.#stream) return;
    this.unpublish();
    this.#engine.destroyStream(this.#stream);
    this.#stream = null;
    this.#muted = { video: false, audio: false };
    this.#tile.remove();
    this.#tile = null;
    this.#onChange();
  }

  #become(state, errorCode) {
    this.#state = state;
    this.#errorCode = errorCode;
    if (this.#tile) {
      const isPreview = state === "NO_PUBLISH" && errorCode === 0;
      setPill(this.#tile.pill, isPreview ? "PREVIEW" : state, errorCode);
      if (state === "NO_PUBLISH") this.#tile.showQuality(null);
    }
    this.#onChange();
  }
}
