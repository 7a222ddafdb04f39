export * from "./ZegoExpressEntity.rtm.js";
export * from "./ZegoExpressEntity.web.js";
