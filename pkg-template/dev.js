// The entry for developers: the same scripts over a module with panics in words, names of functions
// and `simulate`.

import { loadOnce } from "./load_once.js";

export * from "./index.js"; // all but its `init`

/** @type {typeof import("./index.js").init} */
export function init(source) {
  return loadOnce(source ?? new URL("./holdfast_dev_bg.wasm", import.meta.url));
}
