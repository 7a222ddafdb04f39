// How loud a stream is, in a <meter>.

const SHOW_MS = 100;

export class Level {
  #meter;
  #context = null;
  #source = null;
  #timer = null;
  /** What is shown, or null. */
  stream = null;

  constructor(meter) {
    this.#meter = meter;
  }

  /** Shows a stream's sound, or with null none. */
  show(stream) {
    this.stream = stream;
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = null;
    this.#meter.value = 0;
    if (!stream?.getAudioTracks().length) return;
    this.#context ??= new AudioContext();
    this.#source = this.#context.createMediaStreamSource(stream);
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
