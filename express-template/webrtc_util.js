/** @import { Requirement } from "holdfast/index.js" */

import { ZegoExpressEngine } from "./engine.js";

/** What the compatible SDK has for pages that ask before they make an engine. */
export const WebRTCUtil = {
  /**
   * Tells `success` what `checkSystemRequirements` finds.
   *
   * @param {unknown} _isScreenReady
   * @param {(found: unknown) => void} success
   * @param {0 | 1} [_level]
   * @param {Requirement} [type]
   */
  async supportDetection(_isScreenReady, success, _level, type) {
    const engine = new ZegoExpressEngine(1, location.href);
    try {
      success(await engine.checkSystemRequirements(/** @type {Requirement} */ (type)));
    } finally {
      engine.destroyEngine();
    }
  },
};
