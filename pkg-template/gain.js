// Changes the volume of a stream's audio. A stream has one gain, which stays when the source of its
// audio changes.

import { keepRunning } from "./keep_running.js";

/**
 * The gains of streams whose volume was set.
 *
 * @type {WeakMap<MediaStream, Gain>}
 */
const gains = new WeakMap();

/**
 * The stream's gain, if it has one.
 *
 * @param {MediaStream} media
 */
export const gainOf = (media) => gains.get(media);

/**
 * Gives a stream its gain, which lasts until the stream or the engine ends.
 *
 * @param {MediaStream} media
 * @param {Gain} gain
 * @param {AbortSignal} life
 */
export function addGain(media, gain, life) {
  gains.set(media, gain);
  life.addEventListener("abort", () => closeGain(media), { signal: gain.end });
}

/**
 * Ends a stream's gain, if there is one, and the gain's output track.
 *
 * @param {MediaStream} media
 */
export function closeGain(media) {
  gains.get(media)?.close();
  gains.delete(media);
}

export class Gain {
  /**
   * The track whose volume is changed.
   *
   * @type {MediaStreamTrack | undefined}
   */
  source;
  #context = new AudioContext();
  #level = this.#context.createGain();
  #output = this.#context.createMediaStreamDestination();
  /** @type {AudioNode | undefined} */
  #node;
  #life = new AbortController();

  /** @param {MediaStreamTrack} source */
  constructor(source) {
    this.#level.connect(this.#output);
    this.take(source);
    keepRunning(this.#context);
  }

  /** Aborts when the gain is closed. */
  get end() {
    return this.#life.signal;
  }

  /** The track that is sent instead of the source. */
  get track() {
    // A destination has one audio track, always.
    return /** @type {MediaStreamTrack} */ (this.#output.stream.getAudioTracks()[0]);
  }

  /**
   * Changes the source to this track.
   *
   * @param {MediaStreamTrack} source
   */
  take(source) {
    if (source === this.source) return;
    const node = this.#context.createMediaStreamSource(new MediaStream([source]));
    node.connect(this.#level);
    this.#node?.disconnect();
    this.#node = node;
    this.source = source;
  }

  /** @param {number} factor */
  set(factor) {
    this.#level.gain.value = factor;
  }

  close() {
    this.#life.abort();
    this.track.stop();
    this.#context.close();
  }
}
