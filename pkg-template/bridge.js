/**
 * Keeps a stream active while its tracks change. An element ends with a stream that has no live
 * track, and goes on with the next one only if it has `autoplay`: so HTML has it, and so does
 * Firefox. Chromium's elements go on.
 */
export class Bridge {
  #media;
  #context;
  #isOver;
  /** The silent track that stands in meanwhile. */
  track;

  constructor(media) {
    this.#media = media;
    this.#isOver = !navigator.userAgent.includes("Firefox/");
  }

  /** Stands in for tracks that are about to go, if nothing else in the stream is live. */
  raise(tracks) {
    if (this.#isOver || this.track || !this.#media.active) return;
    const isGoing = (track) => track.readyState === "ended" || tracks.includes(track);
    if (!this.#media.getTracks().every(isGoing)) return;
    this.#context = new AudioContext();
    [this.track] = this.#context.createMediaStreamDestination().stream.getTracks();
    this.#media.addTrack(this.track);
  }

  /** The tracks that follow are there. */
  lift() {
    if (!this.track) return;
    this.#media.removeTrack(this.track);
    this.track = undefined;
    this.#context.close();
  }

  /** No more will follow. */
  end() {
    this.#isOver = true;
    this.lift();
  }
}
