// One video with its caption and state pill.

import { makePill } from "./pills.js";
import { Smoothness } from "./smoothness.js";

export class Tile {
  element = document.createElement("article");
  pill;
  #video = document.createElement("video");
  #smoothness = new Smoothness(this.#video);
  #overlay = document.createElement("p");
  #message = document.createElement("p");
  #actions = document.createElement("div");

  /**
   * @param tileID Names the tile for tests.
   * @param caption Whose picture it is.
   * @param kind "publisher" or "player".
   */
  constructor(tileID, caption, kind) {
    this.pill = makePill(kind);
    this.element.className = "tile";
    this.element.dataset.tile = tileID;
    this.element.dataset.kind = kind;
    this.element.setAttribute("aria-label", caption);
    this.#video.autoplay = true;
    this.#video.playsInline = true;
    this.#video.setAttribute("aria-label", `Video of ${caption}`);
    this.#message.className = "tile-message";
    this.#message.hidden = true;
    this.#overlay.className = "tile-overlay";
    this.#overlay.hidden = true;
    this.#actions.className = "tile-actions";
    const name = document.createElement("span");
    name.className = "tile-name";
    name.textContent = caption;
    const bar = document.createElement("div");
    bar.className = "tile-bar";
    bar.append(name, this.#smoothness.element, this.pill);
    this.element.append(this.#video, this.#overlay, this.#message, this.#actions, bar);
  }

  /** One's own picture: silent, and mirrored if it is the camera. */
  showLocal(stream, { isMirrored }) {
    this.#video.muted = true;
    this.#video.classList.toggle("mirrored", isMirrored);
    this.#video.srcObject = stream;
  }

  /** Another's picture: with sound if the browser lets it, else silent until the user taps. */
  async showRemote(stream) {
    this.#video.srcObject = stream;
    try {
      await this.#video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError") return; // removed or replaced meanwhile
      this.#video.muted = true;
      this.addAction("Tap to unmute", () => {
        this.#video.muted = false;
      });
      await this.#video.play().catch(() => {});
    }
  }

  /** Says something in place of the picture. */
  showMessage(text) {
    this.#message.textContent = text;
    this.#message.hidden = text === "";
  }

  /** Says something over the last picture, which stays. */
  showOverlay(text) {
    this.#overlay.textContent = text;
    this.#overlay.hidden = text === "";
  }

  /** Call once a second; gives how many pictures were shown in it. */
  sample() {
    return this.#smoothness.sample();
  }

  /** Offers something to do, once. */
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
    this.#video.srcObject = null;
    this.element.remove();
  }
}
