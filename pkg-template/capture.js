// Cameras, microphones and screens: from an app's wishes to a MediaStream, or to the code of why not.

// The compatible API's quality presets, from 1: width, height, frames per second, and the most kbps
// that are sent. 4 has none.
const PRESETS = [[320, 240, 15, 300], [640, 480, 15, 800], [1280, 720, 20, 1500], []];

// The wishes for a microphone, as browsers call them.
const PROCESSING = {
  ANS: "noiseSuppression",
  AGC: "autoGainControl",
  AEC: "echoCancellation",
  channelCount: "channelCount",
};

// What is wrong where getUserMedia's error has this name.
export const REFUSALS = {
  NotAllowedError: 1103064,
  SecurityError: 1103064,
  NotFoundError: 1103048,
  NotReadableError: 1103065,
  AbortError: 1103065,
  OverconstrainedError: 1103066,
  TypeError: 1100001,
};

/** Waits between tries at a device in use: some take a while to be free once they were stopped. */
const BUSY_PAUSES_MS = [0, 100, 200, 300];

/** The constraints for camera and microphone; each is false, true, or an object of wishes. */
export function deviceConstraints(host, video, audio) {
  for (const wishes of [video, audio]) {
    if (!["boolean", "object"].includes(typeof wishes)) {
      throw host.bad("what to capture must be true, false or an object");
    }
  }
  return {
    video: video && videoConstraints(host, video, 2),
    audio: audio && audioConstraints(audio),
  };
}

/**
 * Opens the devices that fit constraints. Those in use are tried again for half a second; what
 * `beforeRetry` throws ends that.
 */
export async function openDevices(host, constraints, beforeRetry = () => {}) {
  const open = (devices) => devices.getUserMedia(constraints);
  const codeOf = (error) => REFUSALS[error.name] ?? 1103061;
  for (const pauseMs of BUSY_PAUSES_MS) {
    try {
      return await capture(host, open, codeOf);
    } catch (error) {
      if (error.code !== REFUSALS.NotReadableError) throw error;
    }
    beforeRetry();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    beforeRetry();
  }
  return capture(host, open, codeOf);
}

/** Asks the user for a screen; without wishes its picture has the size of what is shared. */
export async function captureScreen(host, video, audio) {
  const constraints = { video: videoConstraints(host, video ?? {}, 4), audio: !!audio };
  const open = (devices) => {
    if (!devices.getDisplayMedia) throw host.failure(1103043);
    return devices.getDisplayMedia(constraints);
  };
  // Every refusal of a screen is the user's or the browser's no.
  return capture(host, open, () => 1103042);
}

/** The app's own pictures and sound: the tracks stay the app's (PUB-06). */
export function takeCustom(host, source) {
  if (source instanceof MediaStream) return new MediaStream(source.getTracks());
  // Audio and video elements where the browser can capture them.
  if (!source?.captureStream) {
    throw host.bad("source must be a MediaStream or a media element");
  }
  try {
    return source.captureStream();
  } catch {
    throw host.failure(1103061);
  }
}

/** The most kbps of a picture of these wishes; of a size of the app's own, what the app says. */
export function videoKbps({ videoQuality, width, height, bitrate }, preset) {
  return bitrate ?? (width || height ? undefined : PRESETS[(videoQuality ?? preset) - 1]?.[3]);
}

/** The constraints for a camera or screen of these wishes; `preset` where they name no quality. */
export function videoConstraints(host, wishes, preset) {
  const sizes = PRESETS[(wishes.quality ?? preset) - 1];
  if (!sizes) throw host.bad("quality must be 1 to 4");
  const constraints = {};
  ["width", "height", "frameRate"].forEach((key, place) => {
    // What the app names itself wins over the preset.
    const ideal = wishes[key] ?? sizes[place];
    if (ideal > 0) constraints[key] = { ideal };
  });
  if (wishes.facingMode) constraints.facingMode = { ideal: wishes.facingMode };
  return withDevice(constraints, wishes);
}

/** The constraints for a microphone of these wishes. */
export function audioConstraints(wishes) {
  const constraints = {};
  for (const key in PROCESSING) {
    if (wishes[key] !== undefined) constraints[PROCESSING[key]] = wishes[key];
  }
  return withDevice(constraints, wishes);
}

function withDevice(constraints, { input }) {
  return input ? { ...constraints, deviceId: { exact: input } } : constraints;
}

/** Opens devices; an error's code is `codeOf` it. */
async function capture(host, open, codeOf) {
  host.life.throwIfAborted();
  const { mediaDevices } = navigator;
  if (!mediaDevices) throw host.failure(1103053);
  let stream;
  try {
    stream = await open(mediaDevices);
  } catch (error) {
    throw error.code > 1e6 ? error : host.failure(codeOf(error));
  }
  host.lookAtDevices(); // which have names now
  // The user may have taken a while to allow it.
  if (host.life.aborted) stopTracks(stream.getTracks());
  host.life.throwIfAborted();
  return stream;
}

/** Ends the capture of tracks. */
export function stopTracks(tracks) {
  for (const track of tracks) track.stop();
}
