// The WebAssembly module that engines need. `init` starts it or, in entries that contain its bytes,
// the first engine does.

import { build } from "./build.js"; // made by the build
import { failure } from "./failure.js";
import instantiate, { initSync } from "./holdfast.js";

let isThere = false;
/** @type {() => WebAssembly.Module} */
let supply = refuse;

/**
 * Sets how an engine gets the compiled module if none has been started.
 *
 * @param {() => WebAssembly.Module} compile
 */
export function supplyBy(compile) {
  supply = compile;
}

/** Starts the module unless it has been started already. */
export function needModule() {
  if (!isThere) startAtOnce(supply());
}

/**
 * Starts a compiled module, unless one has been started already.
 *
 * @param {WebAssembly.Module} module
 */
export function startAtOnce(module) {
  if (isThere) return;
  check(module);
  initSync({ module });
  isThere = true;
}

/**
 * Starts a compiled module asynchronously, which browsers allow for modules of any size.
 *
 * @param {WebAssembly.Module} module
 */
export async function start(module) {
  check(module);
  await instantiate({ module_or_path: module });
  isThere = true;
}

/**
 * Refuses the module of another build. A cache may serve the script or the module from an older
 * deploy, and calls could then reach functions that have changed.
 *
 * @param {WebAssembly.Module} module
 */
function check(module) {
  const [section] = WebAssembly.Module.customSections(module, "holdfast-build");
  const found = String.fromCharCode(...(section ? new Uint8Array(section) : []));
  if (found === build) return;
  throw failure(
    1101011,
    `the WebAssembly module does not belong to these scripts: it is ${found || "another program"}, ` +
      `they are ${build}. Serve both from one copy of the package, and clear what caches the other`,
  );
}

/** @returns {never} */
function refuse() {
  throw failure(1101000, 'await init() first, or import from "holdfast-rtc/inline"');
}
