// What this browser can do.

import { openDevices, stopTracks } from "./capture.js";

const CHECKS = {
  webRTC: () => typeof RTCPeerConnection === "function",
  customCapture: () => "captureStream" in HTMLMediaElement.prototype,
  camera: (host) => opens(host, { video: true }),
  microphone: (host) => opens(host, { audio: true }),
  screenSharing: () => !!navigator.mediaDevices?.getDisplayMedia,
  H264: () => encodes("H264"),
  VP8: () => encodes("VP8"),
  H265: () => encodes("H265"),
};

async function opens(host, constraints) {
  stopTracks((await openDevices(host, constraints)).getTracks());
  return true;
}

function encodes(codec) {
  const { codecs } = RTCRtpSender.getCapabilities("video");
  return codecs.some(({ mimeType }) => mimeType === `video/${codec}`);
}

export const requirementMethods = {
  async checkSystemRequirements(host, type) {
    if (type !== undefined && !Object.hasOwn(CHECKS, type)) {
      throw host.bad(`checkSystemRequirements knows ${Object.keys(CHECKS)}`);
    }
    host.life.throwIfAborted();
    const errInfo = {};
    const found = {};
    for (const name of type ? [type] : Object.keys(CHECKS)) {
      try {
        found[name] = await CHECKS[name](host);
      } catch ({ code, message }) {
        found[name] = false;
        errInfo[name] = { name: String(code ?? ""), message };
      }
    }
    if (type) return { result: found[type], errInfo };
    const { H264, VP8, H265, ...others } = found;
    return { ...others, videoCodec: { H264, VP8, H265 }, errInfo };
  },
};
