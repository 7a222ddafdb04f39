// What an app wished last for the sound and the pictures of a stream: of two wishes the later wins,
// whichever of their devices opens first.

/** Of each stream, the last wish for each kind of track. */
const last = new WeakMap();

/**
 * Notes a wish for some kinds of a stream's tracks.
 *
 * @returns Whether no later wish was for a kind.
 */
export function wish(media, kinds) {
  const wishes = last.get(media) ?? {};
  last.set(media, wishes);
  const own = {};
  for (const kind of kinds) wishes[kind] = own;
  return (kind) => wishes[kind] === own;
}

/** What a call rejects with that a later one, or the stream's end, has made useless. */
export const overtaken = (host) =>
  host.failure(1103047, "the stream was ended or changed otherwise before this had opened");
