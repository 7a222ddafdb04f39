/** The engine; it has no edition for messages alone. */
export { ZegoExpressEngine as ZegoExpressWebRTMEngine } from "./zego.client.web.js";
