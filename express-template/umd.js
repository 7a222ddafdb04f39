// The end of the script for `require`, AMD and <script src>, behind the bundle, which is `sdk`. Like
// the compatible SDK it sets the names on `window` in any case.

if (typeof exports === "object" && typeof module === "object") {
  // One by one, since Node and bundlers look for such lines to know the names.
  exports.__esModule = true;
  exports.ZegoExpressEngine = sdk.ZegoExpressEngine;
  exports.WebRTCUtil = sdk.WebRTCUtil;
  exports.default = sdk.default;
} else if (typeof define === "function" && define.amd) define([], () => sdk);
if (typeof window === "object") {
  window.ZegoExpressEngine = sdk.ZegoExpressEngine;
  window.WebRTCUtil = sdk.WebRTCUtil;
}
