// Shows any track's level in a <meter>; `soundLevelUpdate` covers only streams in the room.

const SHOW_MS = 100;

export class Level {
  #meter;
  #context = null;
  #source = null;
  #timer = null;
  #track = null;

  constructor(meter) {
    this.#meter = meter;
  }

  /** Shows a track's level; null shows none. */
  show(track) {
    if (track === this.#track) return;
    this.#track = track;
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = null;
    this.#meter.value = 0;
    if (!track) return;
    this.#context ??= new AudioContext();
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    const analyser = this.#context.createAnalyser();
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const square = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      this.#meter.value = Math.min(1, 3 * Math.sqrt(square));
    }, SHOW_MS);
  }
}
