// How much is sent of a stream at most; browsers send less where the network carries less.

import { sendersOf, trackOf } from "./tracks.js";

/** Notes the most kbps of a stream's sound and pictures; undefined is the browser's own limit. */
export function limit(host, media, audio, video) {
  for (const kbps of [audio, video]) {
    if (kbps !== undefined && !(kbps > 0)) throw host.bad("a bitrate must be a number of kbps");
  }
  host.bitrates.set(media, { audio, video });
}

/** The same for the pictures of a stream that may be on the air. */
export async function limitVideo(host, media, kbps) {
  limit(host, media, host.bitrates.get(media)?.audio, kbps);
  for (const sender of sendersOf(host, media, "video", trackOf(media, "video"))) {
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = 1000 * kbps;
    await sender.setParameters(parameters);
  }
}
