import load from "./holdfast.js";

export { ExpressEngine, ExpressEngine as ZegoExpressEngine } from "./engine.js";
export { PlayerState, PublisherState, RoomStateChangedReason } from "./states.js";

let loaded;

export function init(source) {
  loaded ??= load(source ?? new URL("./holdfast_bg.wasm", import.meta.url)).then(
    () => {},
    (error) => {
      loaded = undefined; // a failed load can be tried again
      throw error;
    },
  );
  return loaded;
}
