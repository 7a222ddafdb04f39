// The app's last request for the audio and the video of a stream. Of two requests the later one
// wins, whichever device opens first.

/** By stream, the last request for each kind of track. */
const last = new WeakMap();

/**
 * Notes a request for some kinds of a stream's tracks.
 *
 * @returns A function that tells whether this is still the last request for a kind.
 */
export function wish(media, kinds) {
  const wishes = last.get(media) ?? {};
  last.set(media, wishes);
  const own = {};
  for (const kind of kinds) wishes[kind] = own;
  return (kind) => wishes[kind] === own;
}

/** The error of a call that a later call, or the stream's end, has made useless. */
export const overtaken = (host) =>
  host.failure(1103047, "the stream was ended or changed otherwise before this had opened");
