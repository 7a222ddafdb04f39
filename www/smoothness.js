// How smoothly a video plays, by the frames that were shown in the last second, as bars.

const BARS = 4;

export class Smoothness {
  element = document.createElement("span");
  #video;
  #frames = 0;
  #most = 1;

  constructor(video) {
    this.#video = video;
    this.element.className = "bars";
    this.element.setAttribute("role", "img");
    for (let bar = 0; bar < BARS; bar += 1) this.element.append(document.createElement("i"));
    this.#show(0);
  }

  /** Call once a second; gives the frames since the last call. */
  sample() {
    const { totalVideoFrames } = this.#video.getVideoPlaybackQuality();
    const shown = Math.max(0, totalVideoFrames - this.#frames);
    this.#frames = totalVideoFrames;
    // The best second so far is what the publisher sends; it may send less later.
    this.#most = Math.max(shown, this.#most * 0.98, 1);
    this.#show(shown);
    return shown;
  }

  #show(shown) {
    const level = Math.ceil((BARS * shown) / this.#most);
    this.element.dataset.level = String(level);
    this.element.setAttribute("aria-label", `${shown} pictures a second`);
    [...this.element.children].forEach((bar, place) => {
      bar.classList.toggle("on", place < level);
    });
  }
}
