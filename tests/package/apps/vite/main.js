import { ExpressEngine, init } from "holdfast-rtc";
import { call } from "../call.js";

await init();
globalThis.call = (ground) => call(ExpressEngine, ground);
