// One's own camera and screen: preview, publish, stop.

import { setPill } from "./pills.js";
import { Tile } from "./tile.js";

/** One capture that can be shown to oneself and to the room. */
export class Publisher {
  #grid;
  #onChange;
  #kind;
  #engine = null;
  #stream = null;
  #streamID = null;
  #tile = null;
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

  follow(engine) {
    this.#engine = engine;
    engine.on("publisherStateUpdate", ({ streamID, state, errorCode }) => {
      if (streamID === this.#streamID) this.#become(state, errorCode);
    });
  }

  /** Starts the capture and shows it to oneself; `options` are those of `createStream`'s camera. */
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
    this.#tile.showLocal(stream, { isMirrored: isCamera });
    this.#grid.prepend(this.#tile.element);
    // The browser's own "stop sharing" button.
    stream.getVideoTracks()[0]?.addEventListener("ended", () => this.release());
    this.#become("NO_PUBLISH", 0);
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
    }
    this.#onChange();
  }
}
