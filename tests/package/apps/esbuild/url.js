import { ExpressEngine, init } from "holdfast-rtc";
import wasmUrl from "holdfast-rtc/holdfast.wasm";
import { call } from "../call.js";

await init(wasmUrl);
globalThis.call = (ground) => call(ExpressEngine, ground);
