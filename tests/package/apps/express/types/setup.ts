// What apps do before there is an engine.

import ZegoEngine, { WebRTCUtil, ZegoExpressEngine } from "zego-express-engine-webrtc";
import { BackgroundProcess } from "zego-express-engine-webrtc/background-process";
import { ZegoExpressEngine as Slim } from "zego-express-engine-webrtc/esm";
import { StreamCDN } from "zego-express-engine-webrtc/esm/stream-cdn";

ZegoExpressEngine.use(StreamCDN);
ZegoExpressEngine.use(BackgroundProcess);
ZegoExpressEngine.setEngineOptions({ geoFenceType: 0 });
ZegoExpressEngine.setGeoFence(0, []);
ZegoExpressEngine.presetLogConfig({ logLevel: "disable", remoteLogLevel: "disable" });
WebRTCUtil.supportDetection(false, ({ webRTC }) => console.log(webRTC), 0);

export const engines: ZegoExpressEngine[] = [new ZegoEngine(1, ""), new Slim(1, "")];
