// The entry that needs no second file: the module is in the script, so an engine can be made at
// once. The first engine or `init` unpacks the module.

import { inflateSync } from "fflate";
import { deflated, size } from "./inlined.js"; // made by the build
import { compile, notLoaded } from "./load.js";
import { startAtOnce, supplyBy } from "./module.js";

export * from "./index.js"; // all but its `init`

supplyBy(() => {
  try {
    return new WebAssembly.Module(unpack());
  } catch (error) {
    throw notLoaded(/** @type {Error} */ (error).message); // the page's CSP may forbid it
  }
});

/** @type {Promise<void> | undefined} */
let ready;

/** @type {typeof import("./inline.js").init} */
export function init() {
  // An engine may be the first to start the module while this compiles.
  ready ??= compile(unpack()).then(startAtOnce);
  return ready;
}

// The browser's own DecompressionStream has to be awaited, which `new ExpressEngine()` cannot.
function unpack() {
  const bytes = Uint8Array.from(atob(deflated), (letter) => letter.charCodeAt(0));
  return inflateSync(bytes, { out: new Uint8Array(size) });
}
