/**
 * What the script of `holdfast-rtc/global` defines. For an app that loads it by a `<script>` element,
 * `import type {} from "holdfast-rtc/global"` makes the names known to TypeScript.
 *
 * @packageDocumentation
 */

declare global {
  // `var`, since only that makes a name a property of `window` too.
  /** All that `holdfast-rtc/inline` exports; engines can be made at once. */
  var HoldfastRTC: typeof import("./inline.js");
  /** The engine's name in the compatible API. */
  var ZegoExpressEngine: typeof import("./inline.js").ZegoExpressEngine;
}

export {};
