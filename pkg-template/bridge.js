/**
 * Keeps a stream that is played active between two sessions. An element ends with a stream that has
 * no live track, and goes on with the next one only if it has `autoplay`: so HTML has it, and so does
 * Firefox. Chromium's elements go on.
 */
export class Bridge {
  #media;
  #context;
  #isOver;
  /** The silent track that stands in between sessions. */
  track;

  constructor(media) {
    this.#media = media;
    this.#isOver = !navigator.userAgent.includes("Firefox/");
  }

  /** Stands in for a connection that is about to close, if all that is live in the stream is its. */
  raise(connection) {
    if (this.#isOver || this.track || !this.#media.active) return;
    const own = connection.getReceivers().map(({ track }) => track);
    const isOwn = (track) => track.readyState === "ended" || own.includes(track);
    if (!this.#media.getTracks().every(isOwn)) return;
    this.#context = new AudioContext();
    [this.track] = this.#context.createMediaStreamDestination().stream.getTracks();
    this.#media.addTrack(this.track);
  }

  /** The tracks of the next session are there. */
  lift() {
    if (!this.track) return;
    this.#media.removeTrack(this.track);
    this.track = undefined;
    this.#context.close();
  }

  /** There will be no next session. */
  end() {
    this.#isOver = true;
    this.lift();
  }
}
