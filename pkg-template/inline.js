// The entry that needs no second file: the module is in the script, so an engine can be made at
// once. The first engine or `init` unpacks the module.

import { inflate } from "./inflate.js";
import { deflated, size } from "./inlined.js"; // made by the build
import { compile, notLoaded } from "./load.js";
import { startAtOnce, supplyBy } from "./module.js";

export * from "./index.js"; // all but its `init`

supplyBy(() => {
  try {
    return new WebAssembly.Module(unpack());
  } catch ({ message }) {
    throw notLoaded(message); // the page's CSP may forbid it
  }
});

let ready;

export function init() {
  // An engine may be the first to start the module while this compiles.
  ready ??= compile(unpack()).then(startAtOnce);
  return ready;
}

function unpack() {
  const text = atob(deflated);
  return inflate(
    Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
    size,
  );
}
