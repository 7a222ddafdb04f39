// The tracks that the SDK captured, by stream. Each is kept until it ends, by itself or with the
// stream.

/** @import { Host } from "./host.js" */

import { stopTracks } from "./capture.js";
import { closeGain } from "./gain.js";
import { noteChange, overtaken } from "./latest_change.js";
import { KINDS, sourceOf, swapTrack } from "./tracks.js";

/**
 * One capture, which may bring a track of each kind.
 *
 * @typedef {{ isScreen: boolean }} Capture
 */

/**
 * Keeps a track for a stream, and tells the app if it ends by itself.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamTrack} track
 * @param {Capture} capture
 */
function keep(host, media, track, capture) {
  const kept = host.captures.get(media) ?? new Map();
  host.captures.set(media, kept.set(track, capture));
  const ended = () => {
    if (!kept.has(track)) return;
    if (!capture.isScreen) tellLost(host, track);
    else if (track.kind === "video") {
      // The screen's own audio ends with it. Tracks that another call captured go on.
      for (const [other, its] of kept) if (its === capture) drop(host, media, other);
      host.emit("screenSharingEnded", [host.faces.get(media) ?? media]);
    }
  };
  track.addEventListener("ended", ended, { signal: host.life });
}

/**
 * Tells the app that a device's capture ended although the app did not stop it.
 *
 * @param {Host} host
 * @param {MediaStreamTrack} track
 */
export function tellLost(host, { kind, label }) {
  host.emit("deviceError", [kind === "video" ? 1106010 : 1106009, label]);
}

/**
 * Whether a track was captured for a stream; the app's own tracks never are (PUB-06).
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamTrack} track
 */
export const isCaptured = (host, media, track) => !!host.captures.get(media)?.has(track);

/**
 * Whether a track was captured for a stream from a device, not from a screen.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamTrack} track
 */
export const isOfDevice = (host, media, track) =>
  host.captures.get(media)?.get(track)?.isScreen === false;

/**
 * Stops a track that was captured for a stream; one of the app's own goes on (PUB-06).
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamTrack} track
 */
export function drop(host, media, track) {
  if (host.captures.get(media)?.delete(track)) track.stop();
}

/**
 * Stops the tracks captured for a stream, and any that a pending capture still opens for it.
 *
 * @param {Host} host
 * @param {MediaStream} media
 */
export function release(host, media) {
  noteChange(media, KINDS);
  const kept = host.captures.get(media) ?? new Map();
  host.captures.delete(media);
  stopTracks(kept.keys());
  kept.clear();
  closeGain(media);
}

/**
 * Puts captured tracks into the stream in place of its tracks of the same kinds. Stops each track
 * that is no longer wanted or that the stream cannot take.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStream} captured
 * @param {{ isLatest: (kind: string) => boolean, isScreen?: boolean }} options
 */
export async function takeCapture(host, media, captured, { isLatest, isScreen = false }) {
  const capture = { isScreen };
  /** @type {unknown[]} */
  const errors = [];
  for (const track of captured.getTracks()) {
    if (!isLatest(track.kind)) {
      track.stop();
      errors.push(overtaken(host));
      continue;
    }
    keep(host, media, track, capture);
    await takeTrack(host, media, track).catch((error) => errors.push(error));
  }
  if (errors.length) throw errors[0];
}

/**
 * Makes a track the stream's only one of its kind.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamTrack} track
 */
export async function takeTrack(host, media, track) {
  const old = sourceOf(media, track.kind);
  try {
    await swapTrack(host, media, old, track);
  } catch (error) {
    drop(host, media, track);
    throw error;
  }
  if (old) drop(host, media, old);
}
