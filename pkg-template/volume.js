// The volume at which a stream's audio is sent.

/** @import { LocalStream } from "./index.js" */
/** @import { Host } from "./host.js" */

import { addGain, Gain, gainOf } from "./gain.js";
import { DONE, liveMediaOf, swapTrack, trackOf } from "./tracks.js";

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {number} volume
 */
export async function setCaptureVolume(host, stream, volume) {
  const media = liveMediaOf(host, stream);
  if (!(volume >= 0 && volume <= 200)) throw host.bad("volume must be 0 to 200");
  const track = trackOf(media, "audio");
  if (!track) throw host.failure(1103047);
  const gain = gainOf(media);
  if (gain) gain.set(volume / 100);
  else if (volume !== 100) await insertGain(host, media, track, volume / 100);
  return DONE;
}

/**
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamTrack} track
 * @param {number} factor
 */
async function insertGain(host, media, track, factor) {
  const gain = new Gain(track);
  gain.set(factor);
  const swapped = swapTrack(host, media, track, gain.track);
  track.enabled = true; // a mute applies to the sent track only
  addGain(media, gain, host.life);
  await swapped;
}
