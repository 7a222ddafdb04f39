import { ExpressEngine } from "holdfast/engine.js";

/** `ExpressEngine` with the habits of the compatible SDK. */
export class ZegoExpressEngine extends ExpressEngine {
  /** The version of the compatible SDK whose interface this is. */
  static version = "3.12.0";

  getVersion() {
    return ZegoExpressEngine.version;
  }
}
