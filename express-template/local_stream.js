/** @import { ZegoLocalStream as Stream } from "holdfast/index.js" */
/** @import Declared from "./sdk/code/zh/ZegoLocalStream.web.js" */

import { ZegoLocalStream } from "holdfast/local_stream.js";
import { orWarn } from "./lenient.js";

/** A stream that says in the console that there is no such container, and does not throw. */
class LenientStream extends ZegoLocalStream {
  /** @type {ZegoLocalStream["playVideo"]} */
  playVideo(view, options) {
    orWarn(undefined, () => super.playVideo(view, options));
  }

  /** @type {ZegoLocalStream["playCaptureVideo"]} */
  playCaptureVideo(view, options) {
    orWarn(undefined, () => super.playCaptureVideo(view, options));
  }
}

/**
 * Makes a stream of `createZegoStream` a lenient one; its private parts stay with it.
 *
 * @param {Stream} stream
 * @returns {LenientStream & Declared}
 */
export const lenientStream = (stream) => Object.setPrototypeOf(stream, LenientStream.prototype);
