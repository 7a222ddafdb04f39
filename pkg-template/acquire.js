// Opens devices and screens for a stream. They replace the stream's tracks of the same kinds.

/** @import { PictureOptions, SoundOptions } from "./capture.js" */
/** @import { Host } from "./host.js" */
/** @import { Kind } from "./tracks.js" */

import { captureScreen, deviceConstraints, openDevices } from "./capture.js";
import { isOfDevice, takeCapture, tellLost } from "./captures.js";
import { noteChange, overtaken } from "./latest_change.js";
import { KINDS, sourceOf } from "./tracks.js";

/**
 * Tells whether a request is still the latest change of a kind of the stream's tracks.
 *
 * @typedef {(kind: string) => boolean} IsLatest
 */

/**
 * The constraints to reopen each track that was stopped so that another device could open.
 *
 * @type {WeakMap<MediaStreamTrack, MediaTrackConstraints>}
 */
const gaveWay = new WeakMap();

/**
 * Opens camera and microphone; each argument is false, true or an object of options.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {boolean | PictureOptions} video
 * @param {boolean | SoundOptions} audio
 */
export async function acquireDevices(host, media, video, audio) {
  return acquire(host, media, deviceConstraints(host, video, audio));
}

/**
 * Asks the user for a screen, and for its sound.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {true | PictureOptions | undefined} video
 * @param {unknown} audio
 */
export async function acquireScreen(host, media, video, audio) {
  /** @type {readonly Kind[]} */
  const kinds = audio ? KINDS : ["video"];
  const isLatest = noteChange(media, kinds);
  const captured = await orBringBack(host, media, kinds, isLatest, () =>
    captureScreen(host, video, audio),
  );
  await takeCapture(host, media, captured, { isLatest, isScreen: true });
}

/**
 * Opens devices by constraints. If that fails, the stream keeps the devices it has.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamConstraints} constraints
 */
export async function acquire(host, media, constraints) {
  const kinds = KINDS.filter((kind) => constraints[kind]);
  const isLatest = noteChange(media, kinds);
  const makeWay = () => {
    if (!kinds.some(isLatest)) throw overtaken(host);
    for (const kind of kinds.filter(isLatest)) giveWay(host, media, sourceOf(media, kind));
  };
  const captured = await orBringBack(host, media, kinds, isLatest, () =>
    openDevices(host, constraints, makeWay),
  );
  await takeCapture(host, media, captured, { isLatest });
}

/**
 * Captures. If that fails, reopens the devices stopped for this request or an earlier one.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {readonly Kind[]} kinds
 * @param {IsLatest} isLatest
 * @param {() => Promise<MediaStream>} capture
 */
async function orBringBack(host, media, kinds, isLatest, capture) {
  try {
    return await capture();
  } catch (error) {
    for (const kind of kinds) await bringBack(host, media, kind, isLatest);
    throw error;
  }
}

/**
 * Stops a device so that another can open: many phones open only one camera at a time.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamTrack | undefined} track
 */
function giveWay(host, media, track) {
  if (track?.readyState !== "live" || !isOfDevice(host, media, track)) return;
  const { deviceId } = track.getSettings();
  gaveWay.set(track, {
    ...track.getConstraints(),
    ...(deviceId && { deviceId: { exact: deviceId } }),
  });
  track.stop();
}

/**
 * Reopens a device that was stopped for a capture that then failed.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {Kind} kind
 * @param {IsLatest} isLatest
 */
async function bringBack(host, media, kind, isLatest) {
  const track = sourceOf(media, kind);
  const constraints = track && gaveWay.get(track);
  if (!constraints || !isLatest(kind)) return;
  const stillWanted = () => {
    if (!isLatest(kind)) throw overtaken(host);
  };
  try {
    const captured = await openDevices(host, { [kind]: constraints }, stillWanted);
    await takeCapture(host, media, captured, { isLatest });
  } catch {
    if (isLatest(kind)) tellLost(host, track);
  }
}

/**
 * Stops a device until the app wants it again.
 *
 * @param {MediaStream} media
 * @param {MediaStreamTrack} track
 */
export function switchOff(media, track) {
  noteChange(media, [track.kind]);
  gaveWay.delete(track);
  track.stop();
}
