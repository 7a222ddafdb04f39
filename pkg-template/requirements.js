// What this browser can do.

/** @import { EngineError, Requirement } from "./index.js" */
/** @import { Host } from "./host.js" */

import { openDevices, stopTracks } from "./capture.js";

/** @type {Record<Requirement, (host: Host) => boolean | Promise<boolean>>} */
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

const NAMES = /** @type {Requirement[]} */ (Object.keys(CHECKS));

/**
 * @param {Host} host
 * @param {MediaStreamConstraints} constraints
 */
async function opens(host, constraints) {
  stopTracks((await openDevices(host, constraints)).getTracks());
  return true;
}

/** @param {string} codec */
function encodes(codec) {
  // A browser without any encoder throws here, and the check fails with its message.
  const { codecs } = /** @type {RTCRtpCapabilities} */ (RTCRtpSender.getCapabilities("video"));
  return codecs.some(({ mimeType }) => mimeType === `video/${codec}`);
}

/**
 * Makes some checks: what was found for each, and why for those that failed.
 *
 * @param {Host} host
 * @param {readonly Requirement[]} names
 */
async function check(host, names) {
  host.life.throwIfAborted();
  /** @type {{ -readonly [name in Requirement]?: { name: string, message: string } }} */
  const errInfo = {};
  const found = /** @type {Record<Requirement, boolean>} */ ({});
  for (const name of names) {
    try {
      found[name] = await CHECKS[name](host);
    } catch (error) {
      const { code, message } = /** @type {EngineError} */ (error);
      found[name] = false;
      errInfo[name] = { name: String(code ?? ""), message };
    }
  }
  return { found, errInfo };
}

/**
 * Checks all requirements.
 *
 * @param {Host} host
 */
export async function checkAll(host) {
  const { found, errInfo } = await check(host, NAMES);
  const { H264, VP8, H265, ...others } = found;
  return { ...others, videoCodec: { H264, VP8, H265 }, errInfo };
}

/**
 * Checks one requirement.
 *
 * @param {Host} host
 * @param {Requirement} name
 */
export async function checkOne(host, name) {
  if (!NAMES.includes(name)) throw host.bad(`checkSystemRequirements knows ${NAMES}`);
  const { found, errInfo } = await check(host, [name]);
  return { result: found[name], errInfo };
}
