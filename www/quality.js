// Shows a stream's quality as bars, by the SDK's grade.

const BARS = 4;
const WORDS = ["excellent", "good", "middling", "poor", "nothing comes through"];

export class Quality {
  element = document.createElement("span");

  constructor() {
    this.element.className = "bars";
    this.element.setAttribute("role", "img");
    for (let bar = 0; bar < BARS; bar += 1) this.element.append(document.createElement("i"));
    this.clear();
  }

  /** Shows the figures of `publishQualityUpdate` or `playQualityUpdate`. */
  show({ video, audio, roundTripTime, peerToPeerDelay }) {
    const grade = Math.max(video.videoQuality, audio.audioQuality);
    if (grade < 0) return this.clear();
    const figures = [
      `${video.frameWidth} × ${video.frameHeight}`,
      `${video.videoTransferFPS} pictures a second`,
      `${video.videoBitrate + audio.audioBitrate} kbit/s`,
      `${roundTripTime ?? peerToPeerDelay} ms`,
    ];
    this.#become(grade, `Quality: ${WORDS[grade]}, ${figures.join(", ")}`);
  }

  /** Hides the bars while nothing is known; they keep their place. */
  clear() {
    this.#become(BARS, "Quality: not known");
    this.element.dataset.level = "unknown";
  }

  #become(grade, words) {
    this.element.dataset.level = String(BARS - grade);
    this.element.setAttribute("aria-label", words);
    this.element.title = words;
    [...this.element.children].forEach((bar, place) => {
      bar.classList.toggle("on", place < BARS - grade);
    });
  }
}
