/** The codes of a call that was refused, of which no event tells. */
const REFUSED = new Set([1100001, 1000002, 1104032]);

/**
 * Keeps the end of a player, which `playerStateUpdate` tells as well, out of the console of an app
 * that does not wait for the promise: a kick or a logout is no mistake of the page's.
 *
 * @param {Promise<MediaStream>} playing
 * @returns {Promise<MediaStream>}
 */
export function untilPlayed(playing) {
  /** @type {Promise<MediaStream>} */
  const played = new Promise((resolve, reject) => {
    playing.then(resolve, (error) => {
      if (!REFUSED.has(error.code)) played.catch(() => {});
      reject(error);
    });
  });
  return played;
}
