// Cameras, microphones and screens: turns an app's options into a MediaStream or an error code.

// The compatible API's quality presets 1 to 4: width, height, frames per second, maximum kbps.
// Preset 4 is empty.
const PRESETS = [[320, 240, 15, 300], [640, 480, 15, 800], [1280, 720, 20, 1500], []];

// The microphone options, with the names of the browser's constraints for them.
const PROCESSING = {
  ANS: "noiseSuppression",
  AGC: "autoGainControl",
  AEC: "echoCancellation",
  channelCount: "channelCount",
};

// The error code for each name of getUserMedia's errors.
export const REFUSALS = {
  NotAllowedError: 1103064,
  SecurityError: 1103064,
  NotFoundError: 1103048,
  NotReadableError: 1103065,
  AbortError: 1103065,
  OverconstrainedError: 1103066,
  TypeError: 1100001,
};

/** Pauses between tries at a busy device: some become free only a while after they are stopped. */
const BUSY_PAUSES_MS = [0, 100, 200, 300];

/** The constraints for camera and microphone; each argument is false, true or an object. */
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
 * Opens the devices that fit constraints. Retries for half a second while one is in use;
 * `beforeRetry` ends the retries by throwing.
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

/** Asks the user for a screen; without options the picture has the size of what is shared. */
export async function captureScreen(host, video, audio) {
  const constraints = { video: videoConstraints(host, video ?? {}, 4), audio: !!audio };
  const open = (devices) => {
    if (!devices.getDisplayMedia) throw host.failure(1103043);
    return devices.getDisplayMedia(constraints);
  };
  // One code for all errors: either the user or the browser refused.
  return capture(host, open, () => 1103042);
}

/** Takes the app's own video and audio; the tracks stay the app's (PUB-06). */
export function takeCustom(host, source) {
  if (source instanceof MediaStream) return new MediaStream(source.getTracks());
  // Audio and video elements have `captureStream` where the browser can capture them.
  if (!source?.captureStream) {
    throw host.bad("source must be a MediaStream or a media element");
  }
  try {
    return source.captureStream();
  } catch {
    throw host.failure(1103061);
  }
}

/** The maximum kbps of video; the preset's limit applies only if the app sets no size. */
export function videoKbps({ videoQuality, width, height, bitrate }, preset) {
  return bitrate ?? (width || height ? undefined : PRESETS[(videoQuality ?? preset) - 1]?.[3]);
}

/** The constraints for a camera or screen; `preset` applies if the options name no quality. */
export function videoConstraints(host, wishes, preset) {
  const sizes = PRESETS[(wishes.quality ?? preset) - 1];
  if (!sizes) throw host.bad("quality must be 1 to 4");
  const constraints = {};
  ["width", "height", "frameRate"].forEach((key, place) => {
    // The app's own value wins over the preset.
    const ideal = wishes[key] ?? sizes[place];
    if (ideal > 0) constraints[key] = { ideal };
  });
  if (wishes.facingMode) constraints.facingMode = { ideal: wishes.facingMode };
  return withDevice(constraints, wishes);
}

/** The constraints for a microphone with these options. */
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

/** Opens devices; `codeOf` gives the code for a browser's error. */
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
  // The engine may have been destroyed while the user decided.
  if (host.life.aborted) stopTracks(stream.getTracks());
  host.life.throwIfAborted();
  return stream;
}

/** Ends the capture of tracks. */
export function stopTracks(tracks) {
  for (const track of tracks) track.stop();
}
