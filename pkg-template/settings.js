// Changes the device or the settings of a stream, which may already be published.

import { acquire, switchOff } from "./acquire.js";
import { limitVideo } from "./bitrates.js";
import { audioConstraints, REFUSALS, videoConstraints, videoKbps } from "./capture.js";
import { isCaptured, isOfDevice } from "./captures.js";
import { DONE, liveMediaOf, sourceOf } from "./tracks.js";

export const settingMethods = {
  useVideoDevice: (host, stream, deviceID) => useDevice(host, stream, "video", deviceID),

  useAudioDevice: (host, stream, deviceID) => useDevice(host, stream, "audio", deviceID),

  async useFrontCamera(host, stream, isFront) {
    return recapture(host, stream, "video", { facingMode: isFront ? "user" : "environment" });
  },

  async enableVideoCaptureDevice(host, stream, isEnabled = true) {
    const track = captured(host, stream, "video");
    // A stopped track keeps its place in the session; a running session gives no new place.
    if (!isEnabled) switchOff(liveMediaOf(host, stream), track);
    else if (track.readyState === "ended") {
      const before = ofDevice(host, stream, "video").getConstraints();
      await recapture(host, stream, "video", before);
    }
    return true;
  },

  async setVideoConfig(host, stream, config) {
    const track = captured(host, stream, "video");
    const wishes = checked(host, config);
    const { videoQuality, width, height } = wishes;
    const constraints = videoConstraints(host, { ...wishes, quality: videoQuality }, 4);
    const { maxBitrate = videoKbps({ videoQuality, width, height }, 4) } = wishes;
    // A new size brings its own bitrate limit; a new frame rate alone does not.
    if (wishes.maxBitrate !== undefined || videoQuality || width || height) {
      await limitVideo(host, liveMediaOf(host, stream), maxBitrate);
    }
    try {
      await track.applyConstraints({ ...track.getConstraints(), ...constraints });
    } catch (error) {
      throw host.failure(REFUSALS[error.name] ?? 1103061);
    }
    return DONE;
  },

  async setAudioConfig(host, stream, config) {
    const before = ofDevice(host, stream, "audio").getConstraints();
    // A microphone's processing cannot be changed while it is open.
    const wish = { ...before, ...audioConstraints(checked(host, config)) };
    return recapture(host, stream, "audio", wish);
  },
};

async function useDevice(host, stream, kind, deviceID) {
  if (!deviceID || typeof deviceID !== "string") throw host.bad("deviceID must be a string");
  return recapture(host, stream, kind, { deviceId: { exact: deviceID } });
}

/** Captures a kind again with the old track's constraints, but with the device of `wish`. */
async function recapture(host, stream, kind, wish) {
  const { deviceId, facingMode, ...others } = captured(host, stream, kind).getConstraints();
  await acquire(host, liveMediaOf(host, stream), { [kind]: { ...others, ...wish } });
  return DONE;
}

/** The stream's captured track of a kind; the app's own tracks are left alone (PUB-06). */
function captured(host, stream, kind) {
  const media = liveMediaOf(host, stream);
  const track = sourceOf(media, kind);
  if (!isCaptured(host, media, track)) throw host.failure(1103047);
  return track;
}

/** The same, but only from a device: reopening a screen would open the microphone or camera. */
function ofDevice(host, stream, kind) {
  const track = captured(host, stream, kind);
  if (!isOfDevice(host, liveMediaOf(host, stream), track)) throw host.failure(1103047);
  return track;
}

function checked(host, config) {
  if (config && typeof config === "object") return config;
  throw host.bad("the config must be an object");
}
