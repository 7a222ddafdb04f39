// As an app of the compatible SDK has it: no init, and the package under that SDK's name.

import { ZegoExpressEngine } from "zego-express-engine-webrtc";
import { call } from "../call.js";

globalThis.call = (ground) => call(ZegoExpressEngine, ground);
