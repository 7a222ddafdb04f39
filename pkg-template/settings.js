// Changes the device or the settings of a stream, which may already be published.

/** @import { AudioConfig, LocalStream, VideoConfig } from "./index.js" */
/** @import { Host } from "./host.js" */
/** @import { Kind } from "./tracks.js" */

import { acquire, switchOff } from "./acquire.js";
import { limitVideo } from "./bitrates.js";
import { audioConstraints, refusalOf, videoConstraints, videoKbps } from "./capture.js";
import { isCaptured, isOfDevice } from "./captures.js";
import { DONE, liveMediaOf, sourceOf } from "./tracks.js";

/**
 * Captures a kind from another device.
 *
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {Kind} kind
 * @param {string} deviceID
 */
export async function useDevice(host, stream, kind, deviceID) {
  if (!deviceID || typeof deviceID !== "string") throw host.bad("deviceID must be a string");
  return recapture(host, stream, kind, { deviceId: { exact: deviceID } });
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {boolean} isFront
 */
export const useFrontCamera = async (host, stream, isFront) =>
  recapture(host, stream, "video", { facingMode: isFront ? "user" : "environment" });

/**
 * Switches the stream's camera off or on again.
 *
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {boolean} [isEnabled]
 */
export async function enableCamera(host, stream, isEnabled = true) {
  const track = captured(host, stream, "video");
  // A stopped track keeps its place in the session; a running session gives no new place.
  if (!isEnabled) switchOff(liveMediaOf(host, stream), track);
  else if (track.readyState === "ended") {
    const before = ofDevice(host, stream, "video").getConstraints();
    await recapture(host, stream, "video", before);
  }
  return true;
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {VideoConfig} config
 */
export async function setVideoConfig(host, stream, config) {
  const track = captured(host, stream, "video");
  const { videoQuality, width, height } = checked(host, config);
  const constraints = videoConstraints(host, { ...config, quality: videoQuality }, 4);
  const { maxBitrate = videoKbps({ videoQuality, width, height }, 4) } = config;
  // A new size brings its own bitrate limit; a new frame rate alone does not.
  if (config.maxBitrate !== undefined || videoQuality || width || height) {
    await limitVideo(host, liveMediaOf(host, stream), maxBitrate);
  }
  try {
    await track.applyConstraints({ ...track.getConstraints(), ...constraints });
  } catch (error) {
    throw host.failure(refusalOf(error));
  }
  return DONE;
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {AudioConfig} config
 */
export async function setAudioConfig(host, stream, config) {
  const before = ofDevice(host, stream, "audio").getConstraints();
  // A microphone's processing cannot be changed while it is open.
  const constraints = { ...before, ...audioConstraints(checked(host, config)) };
  return recapture(host, stream, "audio", constraints);
}

/**
 * Captures a kind again with the old track's constraints, but with the device of `changes`.
 *
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {Kind} kind
 * @param {MediaTrackConstraints} changes
 */
async function recapture(host, stream, kind, changes) {
  const { deviceId, facingMode, ...others } = captured(host, stream, kind).getConstraints();
  await acquire(host, liveMediaOf(host, stream), { [kind]: { ...others, ...changes } });
  return DONE;
}

/**
 * The stream's captured track of a kind; the app's own tracks are left alone (PUB-06).
 *
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {Kind} kind
 */
function captured(host, stream, kind) {
  const media = liveMediaOf(host, stream);
  const track = sourceOf(media, kind);
  if (!track || !isCaptured(host, media, track)) throw host.failure(1103047);
  return track;
}

/**
 * The same, but only from a device: reopening a screen would open the microphone or camera.
 *
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {Kind} kind
 */
function ofDevice(host, stream, kind) {
  const track = captured(host, stream, kind);
  if (!isOfDevice(host, liveMediaOf(host, stream), track)) throw host.failure(1103047);
  return track;
}

/**
 * @template {object} Config
 * @param {Host} host
 * @param {Config} config
 */
function checked(host, config) {
  if (config && typeof config === "object") return config;
  throw host.bad("the config must be an object");
}
