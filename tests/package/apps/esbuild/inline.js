import { ExpressEngine } from "holdfast-rtc/inline";
import { call } from "../call.js";

globalThis.call = (ground) => call(ExpressEngine, ground);
