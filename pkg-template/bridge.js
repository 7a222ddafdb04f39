/**
 * Keeps a stream active while its tracks change. By the HTML standard, and in Firefox, a media
 * element ends when its stream has no live track, and resumes with the next track only if it has
 * `autoplay`. Chromium's elements go on.
 */
export class Bridge {
  #media;
  /** @type {AudioContext | undefined} */
  #context;
  #isOver;
  /**
   * The silent track that keeps the stream active meanwhile.
   *
   * @type {MediaStreamTrack | undefined}
   */
  track;

  /** @param {MediaStream} media */
  constructor(media) {
    this.#media = media;
    this.#isOver = !navigator.userAgent.includes("Firefox/");
  }

  /**
   * Adds the silent track before `tracks` go, if nothing else in the stream is live.
   *
   * @param {MediaStreamTrack[]} tracks
   */
  raise(tracks) {
    if (this.#isOver || this.track || !this.#media.active) return;
    /** @param {MediaStreamTrack} track */
    const isGoing = (track) => track.readyState === "ended" || tracks.includes(track);
    if (!this.#media.getTracks().every(isGoing)) return;
    this.#context = new AudioContext();
    const { stream } = this.#context.createMediaStreamDestination();
    [this.track] = /** @type {[MediaStreamTrack]} */ (stream.getTracks());
    this.#media.addTrack(this.track);
  }

  /** Removes the silent track: the next tracks have been added. */
  lift() {
    if (!this.track) return;
    this.#media.removeTrack(this.track);
    this.track = undefined;
    this.#context?.close();
  }

  /** Ends the bridge: no more tracks will follow. */
  end() {
    this.#isOver = true;
    this.lift();
  }
}
