// One video with its caption, its state pill, and the stream's quality, level and mutes.

import { makePill } from "./pills.js";
import { Quality } from "./quality.js";

const SIGNS = { video: "Camera off", audio: "Microphone off" };

export class Tile {
  element = document.createElement("article");
  pill;
  #picture = document.createElement("div");
  #view = null;
  #quality = new Quality();
  #level = document.createElement("meter");
  #signs = {};
  #overlay = document.createElement("p");
  #message = document.createElement("p");
  #actions = document.createElement("div");

  /**
   * @param tileID Names the tile for tests.
   * @param caption The name shown for the picture.
   * @param kind "publisher" or "player".
   */
  constructor(tileID, caption, kind) {
    this.pill = makePill(kind);
    this.element.className = "tile";
    this.element.dataset.tile = tileID;
    this.element.dataset.kind = kind;
    this.element.setAttribute("aria-label", caption);
    this.#picture.className = "tile-picture";
    this.#message.className = "tile-message";
    this.#message.hidden = true;
    this.#overlay.className = "tile-overlay";
    this.#overlay.hidden = true;
    this.#actions.className = "tile-actions";
    this.element.append(
      this.#picture,
      this.#overlay,
      this.#message,
      this.#makeSigns(),
      this.#actions,
      this.#makeBar(caption),
    );
  }

  /** Plays an SDK view. Some browsers keep a remote one silent until the user taps. */
  show(view, { mirror = false } = {}) {
    this.#view?.stop();
    this.#view = view;
    view.on("autoplayFailed", () => this.addAction("Tap to unmute", () => view.resume()));
    view.play(this.#picture, { mirror, enableAutoplayDialog: false });
    const video = this.#picture.querySelector("video");
    video.setAttribute("aria-label", `Video of ${this.element.getAttribute("aria-label")}`);
  }

  /** Shows a message in place of the picture. */
  showMessage(text) {
    this.#message.textContent = text;
    this.#message.hidden = text === "";
  }

  /** Shows a message over the last picture, which stays. */
  showOverlay(text) {
    this.#overlay.textContent = text;
    this.#overlay.hidden = text === "";
  }

  /** Shows the figures of a quality event; null if no more events will come. */
  showQuality(stats) {
    if (stats) this.#quality.show(stats);
    else this.#quality.clear();
    // The overlay darkens the picture only while it is frozen.
    this.element.dataset.isStill = String(stats?.video.videoRenderFPS === 0);
  }

  /** Shows the sound level, 0 to 100. */
  showLevel(level) {
    this.#level.value = level;
  }

  /** Shows whether "video" or "audio" is muted at its source. */
  showMuted(kind, isMuted) {
    this.#signs[kind].hidden = !isMuted;
  }

  /** Adds a button that can be used once. */
  addAction(label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      button.remove();
      act();
    });
    this.#actions.replaceChildren(button);
  }

  remove() {
    this.#view?.stop();
    this.element.remove();
  }

  #makeSigns() {
    const signs = document.createElement("p");
    signs.className = "tile-signs";
    for (const [kind, text] of Object.entries(SIGNS)) {
      const sign = document.createElement("span");
      sign.textContent = text;
      sign.dataset.sign = kind;
      sign.hidden = true;
      this.#signs[kind] = sign;
      signs.append(sign);
    }
    return signs;
  }

  #makeBar(caption) {
    const name = document.createElement("span");
    name.className = "tile-name";
    name.textContent = caption;
    this.#level.max = 100;
    this.#level.setAttribute("aria-label", `Sound of ${caption}`);
    const bar = document.createElement("div");
    bar.className = "tile-bar";
    bar.append(name, this.#level, this.#quality.element, this.pill);
    return bar;
  }
}
