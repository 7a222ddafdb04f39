// The WebAssembly module that engines stand on: there once `init` has resolved, or, in entries that
// have its bytes at hand, with the first engine.

import { failure } from "./failure.js";
import { wasm } from "./holdfast.js";

let supply = refuse;

/** Says how an engine that comes first gets the module. */
export function supplyBy(start) {
  supply = start;
}

/** Makes sure of the module. */
export function needModule() {
  if (!wasm) supply();
}

function refuse() {
  throw failure(1101000, 'await init() first, or import from "holdfast-rtc/inline"');
}
