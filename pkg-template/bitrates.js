// The maximum bitrates of a stream. Browsers send less where the network carries less.

/** @import { Host } from "./host.js" */

import { sendersOf, trackOf } from "./tracks.js";

/**
 * Maximum kbps; undefined is the browser's own limit.
 *
 * @typedef {{ audio?: number | undefined, video?: number | undefined }} Limits
 */

/** A higher limit would not limit any existing network. */
const KBPS_MAX = 1e6;

/**
 * The maximum kbps of a stream. It stays the same object, because each new connection of the stream
 * reads it.
 *
 * @param {Host} host
 * @param {MediaStream} media
 */
export function bitratesOf(host, media) {
  const known = host.bitrates.get(media);
  if (known) return known;
  /** @type {Limits} */
  const bitrates = {};
  host.bitrates.set(media, bitrates);
  return bitrates;
}

/**
 * Checks a stream's maximum kbps of audio and video.
 *
 * @param {Host} host
 * @param {unknown} audio
 * @param {unknown} video
 */
export function limitsOf(host, audio, video) {
  for (const kbps of [audio, video]) {
    const isLimit = typeof kbps === "number" && kbps >= 1 && kbps <= KBPS_MAX;
    if (kbps !== undefined && !isLimit) throw host.bad("a bitrate must be 1 kbps to 1 Gbps");
  }
  return /** @type {Limits} */ ({ audio, video });
}

/**
 * Sets the video limit of a stream, which may already be published.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {number | undefined} kbps
 */
export async function limitVideo(host, media, kbps) {
  const bitrates = bitratesOf(host, media);
  Object.assign(bitrates, limitsOf(host, bitrates.audio, kbps));
  const senders = sendersOf(host, media, "video", trackOf(media, "video"));
  /** @param {RTCRtpSender} sender */
  const change = async (sender) => {
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings ?? []) {
      delete encoding.maxBitrate;
      if (kbps) encoding.maxBitrate = 1000 * kbps;
    }
    await sender.setParameters(parameters);
  };
  // A connection that has ended meanwhile needs no limit, and the next one takes the stream's.
  await Promise.allSettled(senders.map(change));
}
