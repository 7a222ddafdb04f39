// The other ways to import the class, and an optional module.

import ZegoExpressEngine, { WebRTCUtil } from "zego-express-engine-webrtc";
import { StreamCDN } from "zego-express-engine-webrtc/esm/stream-cdn";
import { VoiceChanger } from "zego-express-engine-webrtc/voice-changer";
import { call } from "../call.js";

ZegoExpressEngine.use(StreamCDN);
ZegoExpressEngine.use(VoiceChanger);
globalThis.detect = WebRTCUtil.supportDetection;
globalThis.call = (ground) => call(ZegoExpressEngine, ground);
