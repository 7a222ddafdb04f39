// The maximum bitrates of a stream. Browsers send less where the network carries less.

import { sendersOf, trackOf } from "./tracks.js";

/** A higher limit would not limit any existing network. */
const KBPS_MAX = 1e6;

/** Checks a stream's maximum kbps of audio and video; undefined leaves the browser's own limit. */
export function limitsOf(host, audio, video) {
  for (const kbps of [audio, video]) {
    const isLimit = typeof kbps === "number" && kbps >= 1 && kbps <= KBPS_MAX;
    if (kbps !== undefined && !isLimit) throw host.bad("a bitrate must be 1 kbps to 1 Gbps");
  }
  return { audio, video };
}

/** Sets the video limit of a stream, which may already be published. */
export async function limitVideo(host, media, kbps) {
  host.bitrates.set(media, limitsOf(host, host.bitrates.get(media)?.audio, kbps));
  const senders = sendersOf(host, media, "video", trackOf(media, "video"));
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
