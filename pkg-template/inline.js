// The entry that needs no file beside it: the module is in the script, and an engine can be made at
// once. Nothing is unpacked before one is, or `init` is called.

import { start, wasm } from "./holdfast.js";
import { inflate } from "./inflate.js";
import { deflated, size } from "./inlined.js"; // made by the build
import { supplyBy } from "./module.js";

export * from "./index.js"; // all but its `init`

supplyBy(() => start(new WebAssembly.Module(unpack())));

let ready;

export function init() {
  // An engine may have been first, or come first while this compiles.
  ready ??= wasm
    ? Promise.resolve()
    : WebAssembly.compile(unpack()).then((module) => {
        if (!wasm) start(module);
      });
  return ready;
}

function unpack() {
  const text = atob(deflated);
  return inflate(
    Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
    size,
  );
}
