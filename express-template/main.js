// What the package exports. The WebAssembly module is in the script, since constructors, `on` and
// others answer at once, which no queue before a loading module could do.

import { init } from "holdfast/inline.js";

export { ZegoExpressEngine, ZegoExpressEngine as default } from "./engine.js";
export { WebRTCUtil } from "./webrtc_util.js";

// Compiles off the main thread while the app starts. An engine that is made earlier compiles at
// once, and is the one to tell what went wrong.
if (typeof window === "object") init().catch(() => {});
