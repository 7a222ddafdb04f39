import { loadOnce } from "./load_once.js";

export { ExpressEngine, ExpressEngine as ZegoExpressEngine } from "./engine.js";
export { PlayerState, PublisherState, RoomStateChangedReason } from "./states.js";

/** @type {typeof import("./index.js").init} */
export function init(source) {
  return loadOnce(source ?? new URL("./holdfast_bg.wasm", import.meta.url));
}
