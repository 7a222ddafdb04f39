// The app's latest change of the audio and of the video of a stream. Of two changes the later one
// wins, whichever device opens first.

/** @import { Host } from "./host.js" */

/**
 * By stream, a mark of the latest change for each kind of track.
 *
 * @type {WeakMap<MediaStream, Record<string, object>>}
 */
const latest = new WeakMap();

/**
 * Notes that the app changes some kinds of a stream's tracks.
 *
 * @param {MediaStream} media
 * @param {readonly string[]} kinds
 * @returns {(kind: string) => boolean} Tells whether this is still the latest change of a kind.
 */
export function noteChange(media, kinds) {
  const changes = latest.get(media) ?? {};
  latest.set(media, changes);
  const own = {};
  for (const kind of kinds) changes[kind] = own;
  return (kind) => changes[kind] === own;
}

/**
 * The error of a call that a later call, or the stream's end, has made useless.
 *
 * @param {Host} host
 */
export const overtaken = (host) =>
  host.failure(1103047, "the stream was ended or changed otherwise before this had opened");
