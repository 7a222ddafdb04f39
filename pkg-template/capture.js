// Cameras, microphones and screens: turns an app's options into a MediaStream or an error code.

/** @import { CaptureCameraOptions, CaptureMicrophoneOptions, EngineError } from "./index.js" */
/** @import { Host } from "./host.js" */

/**
 * The options of a camera or a screen; those that are undefined are not set.
 *
 * @typedef {{ [Name in keyof CaptureCameraOptions]: CaptureCameraOptions[Name] | undefined }}
 *   PictureOptions
 */

/**
 * The options of a microphone.
 *
 * @typedef {{ [Name in keyof CaptureMicrophoneOptions]: CaptureMicrophoneOptions[Name] | undefined }}
 *   SoundOptions
 */

/**
 * What the maximum bitrate of video follows from.
 *
 * @typedef {object} BitrateOptions
 * @property {number | undefined} [videoQuality]
 * @property {number | undefined} [width]
 * @property {number | undefined} [height]
 * @property {number | undefined} [bitrate]
 */

// The compatible API's quality presets 1 to 4: width, height, frames per second, maximum kbps.
// Preset 4 is empty.
const PRESETS = [[320, 240, 15, 300], [640, 480, 15, 800], [1280, 720, 20, 1500], []];

// The numbers of a picture's constraints, in the presets' order.
const PICTURE = /** @type {const} */ (["width", "height", "frameRate"]);

// The microphone options, with the names of the browser's constraints for them.
const PROCESSING = /** @type {const} */ ([
  ["ANS", "noiseSuppression"],
  ["AGC", "autoGainControl"],
  ["AEC", "echoCancellation"],
  ["channelCount", "channelCount"],
]);

/**
 * The error code for each name of getUserMedia's errors.
 *
 * @type {Record<string, number>}
 */
const REFUSALS = {
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

/**
 * The code for a browser's error.
 *
 * @param {unknown} error
 */
export const refusalOf = (error) => REFUSALS[/** @type {Error} */ (error).name] ?? 1103061;

/**
 * The constraints for camera and microphone; each argument is false, true or an object.
 *
 * @param {Host} host
 * @param {boolean | PictureOptions} video
 * @param {boolean | SoundOptions} audio
 * @returns {MediaStreamConstraints}
 */
export function deviceConstraints(host, video, audio) {
  for (const options of [video, audio]) {
    if (!["boolean", "object"].includes(typeof options)) {
      throw host.bad("what to capture must be true, false or an object");
    }
  }
  return {
    video: video && videoConstraints(host, objectOf(video), 2),
    audio: audio && audioConstraints(objectOf(audio)),
  };
}

/**
 * Options as an object: true stands for none.
 *
 * @template {object | undefined} Options
 * @param {true | Options} options
 */
export const objectOf = (options) => (options === true ? /** @type {Options} */ ({}) : options);

/**
 * Opens the devices that fit constraints. Retries for half a second while one is in use;
 * `beforeRetry` ends the retries by throwing.
 *
 * @param {Host} host
 * @param {MediaStreamConstraints} constraints
 * @param {() => void} [beforeRetry]
 */
export async function openDevices(host, constraints, beforeRetry = () => {}) {
  /** @param {MediaDevices} devices */
  const open = (devices) => devices.getUserMedia(constraints);
  for (const pauseMs of BUSY_PAUSES_MS) {
    try {
      return await capture(host, open, refusalOf);
    } catch (error) {
      if (/** @type {EngineError} */ (error).code !== REFUSALS.NotReadableError) throw error;
    }
    beforeRetry();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    beforeRetry();
  }
  return capture(host, open, refusalOf);
}

/**
 * Asks the user for a screen; without options the picture has the size of what is shared.
 *
 * @param {Host} host
 * @param {true | PictureOptions | undefined} video
 * @param {unknown} audio
 */
export async function captureScreen(host, video, audio) {
  const constraints = {
    video: videoConstraints(host, objectOf(video ?? true), 4),
    audio: !!audio,
  };
  /** @param {MediaDevices} devices */
  const open = (devices) => {
    if (!devices.getDisplayMedia) throw host.failure(1103043);
    return devices.getDisplayMedia(constraints);
  };
  // One code for all errors: either the user or the browser refused.
  return capture(host, open, () => 1103042);
}

/**
 * Takes the app's own video and audio; the tracks stay the app's (PUB-06). Audio and video elements
 * have `captureStream` where the browser can capture them.
 *
 * @param {Host} host
 * @param {MediaStream | (HTMLMediaElement & { captureStream?(): MediaStream }) | undefined} source
 */
export function takeCustom(host, source) {
  if (source instanceof MediaStream) return new MediaStream(source.getTracks());
  if (!source?.captureStream) {
    throw host.bad("source must be a MediaStream or a media element");
  }
  try {
    return source.captureStream();
  } catch {
    throw host.failure(1103061);
  }
}

/**
 * The maximum kbps of video; the preset's limit applies only if the app sets no size.
 *
 * @param {BitrateOptions} options
 * @param {number} preset
 */
export function videoKbps({ videoQuality, width, height, bitrate }, preset) {
  return bitrate ?? (width || height ? undefined : PRESETS[(videoQuality ?? preset) - 1]?.[3]);
}

/**
 * The constraints for a camera or screen; `preset` applies if the options name no quality.
 *
 * @param {Host} host
 * @param {PictureOptions} options
 * @param {number} preset
 */
export function videoConstraints(host, options, preset) {
  const sizes = PRESETS[(options.quality ?? preset) - 1];
  if (!sizes) throw host.bad("quality must be 1 to 4");
  /** @type {MediaTrackConstraints} */
  const constraints = {};
  PICTURE.forEach((key, place) => {
    // The app's own value wins over the preset.
    const ideal = options[key] ?? sizes[place];
    if (ideal && ideal > 0) constraints[key] = { ideal };
  });
  if (options.facingMode) constraints.facingMode = { ideal: options.facingMode };
  return withDevice(constraints, options);
}

/**
 * The constraints for a microphone with these options.
 *
 * @param {SoundOptions} options
 */
export function audioConstraints(options) {
  /** @type {MediaTrackConstraints} */
  const constraints = {};
  for (const [key, name] of PROCESSING) {
    const value = options[key];
    if (value !== undefined) Object.assign(constraints, { [name]: value });
  }
  return withDevice(constraints, options);
}

/**
 * @param {MediaTrackConstraints} constraints
 * @param {{ input?: string | undefined }} options
 * @returns {MediaTrackConstraints}
 */
function withDevice(constraints, { input }) {
  return input ? { ...constraints, deviceId: { exact: input } } : constraints;
}

/**
 * Opens devices; `codeOf` gives the code for a browser's error.
 *
 * @param {Host} host
 * @param {(devices: MediaDevices) => Promise<MediaStream>} open
 * @param {(error: unknown) => number} codeOf
 */
async function capture(host, open, codeOf) {
  host.life.throwIfAborted();
  const { mediaDevices } = navigator;
  if (!mediaDevices) throw host.failure(1103053);
  let stream;
  try {
    stream = await open(mediaDevices);
  } catch (error) {
    throw /** @type {EngineError} */ (error).code > 1e6 ? error : host.failure(codeOf(error));
  }
  host.lookAtDevices(); // which have names now
  // The engine may have been destroyed while the user decided.
  if (host.life.aborted) stopTracks(stream.getTracks());
  host.life.throwIfAborted();
  return stream;
}

/**
 * Ends the capture of tracks.
 *
 * @param {Iterable<MediaStreamTrack>} tracks
 */
export function stopTracks(tracks) {
  for (const track of tracks) track.stop();
}
