/** @import { ModuleSource } from "./index.js" */

import { compile } from "./load.js";
import { start } from "./module.js";

export { ExpressEngine, ExpressEngine as ZegoExpressEngine } from "./engine.js";
export { PlayerState, PublisherState, RoomStateChangedReason } from "./states.js";

/** @type {Promise<void> | undefined} */
let loaded;

/** @type {typeof import("./index.js").init} */
export function init(source) {
  loaded ??= load(source ?? new URL("./holdfast_bg.wasm", import.meta.url)).catch((error) => {
    loaded = undefined; // a failed load can be tried again
    throw error;
  });
  return loaded;
}

/** @param {ModuleSource | PromiseLike<Response | WebAssembly.Module>} source */
async function load(source) {
  await start(await compile(await source));
}
