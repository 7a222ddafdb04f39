export { WebRTCUtil, ZegoExpressEngine, ZegoExpressEngine as default } from "./zego.client.web.js";
