// Explains errors in words that tell a person what to do.

const ADVICE = {
  1000017: "The connection broke. Check the network and try again.",
  1001004: "The server does not know this App ID.",
  1002031: "The server could not be reached. Check the network and join again.",
  1002034: "The room is full.",
  1002050: "You joined this room elsewhere with the same user ID, so this page was removed.",
  1002055: "The server removed you from the room.",
  1002077: "The token is for another user or room.",
  1002086: "You joined this room on another device while this page was offline.",
  1003028: "Someone else is publishing a stream of this ID.",
  1102016: "The server refused the token.",
  1102018: "The token has expired.",
  1103042: "Screen sharing was cancelled.",
  1103043: "This browser cannot share the screen.",
  1103048: "No camera or microphone was found.",
  1103053: "Camera, microphone and screen need https, or http://localhost.",
  1103064: "The camera or microphone is not allowed. Allow it in the browser's address bar.",
  1103065: "Another program is using the camera or microphone.",
  1104031: "The stream could not be reached. Check the network and try again.",
  1104039: "Nobody is publishing this stream.",
  1104046: "The server does not let you play this stream.",
  1106009: "The microphone is gone. Pick another under Camera and microphone.",
  1106010: "The camera is gone. Pick another under Camera and microphone.",
};

/** What an error means to a person. */
export function explain(error) {
  const advice = ADVICE[error.code];
  if (advice) return `${advice} (${error.code})`;
  return error.code ? `${error.message} (${error.code})` : error.message;
}

/** The one place on the page where errors are shown. */
export class Notice {
  #element;

  constructor(element) {
    this.#element = element;
  }

  show(text) {
    this.#element.textContent = text;
    this.#element.hidden = false;
  }

  clear() {
    this.#element.textContent = "";
    this.#element.hidden = true;
  }
}
