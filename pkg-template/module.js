// The WebAssembly module that engines stand on: there once `init` has resolved, or, in entries that
// have its bytes at hand, with the first engine.

import { build } from "./build.js"; // made by the build
import { failure } from "./failure.js";
import instantiate, { initSync } from "./holdfast.js";

let isThere = false;
let supply = refuse;

/** Says how an engine that comes first gets the compiled module. */
export function supplyBy(compile) {
  supply = compile;
}

/** Makes sure of the module. */
export function needModule() {
  if (!isThere) startAtOnce(supply());
}

/** Starts a compiled module, unless one has been started already. */
export function startAtOnce(module) {
  if (isThere) return;
  check(module);
  initSync({ module });
  isThere = true;
}

/** The same in the background, which every browser allows for modules of any size. */
export async function start(module) {
  check(module);
  await instantiate({ module_or_path: module });
  isThere = true;
}

/**
 * Refuses the module of another build. A cache may serve one of script and module from an older
 * deploy, and calls may then go to functions that have changed.
 */
function check(module) {
  const [section] = WebAssembly.Module.customSections(module, "holdfast-build");
  const found = String.fromCharCode(...new Uint8Array(section ?? []));
  if (found === build) return;
  throw failure(
    1101011,
    `the WebAssembly module does not belong to these scripts: it is ${found || "another program"}, ` +
      `they are ${build}. Serve both from one copy of the package, and clear what caches the other`,
  );
}

function refuse() {
  throw failure(1101000, 'await init() first, or import from "holdfast-rtc/inline"');
}
