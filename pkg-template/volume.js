// How loud a stream's sound is sent.

import { keepDerived } from "./captures.js";
import { DONE, liveMediaOf, swapTrack, trackOf } from "./tracks.js";

/** What makes a track louder or softer than the one it was made from. */
const gains = new WeakMap();

export const volumeMethods = {
  async setCaptureVolume(host, stream, volume) {
    const media = liveMediaOf(host, stream);
    if (!(volume >= 0 && volume <= 200)) throw host.bad("volume must be 0 to 200");
    const track = trackOf(media, "audio");
    if (!track) throw host.failure(1103047);
    const gain = gains.get(track) ?? (await insertGain(host, media, track));
    gain.value = volume / 100;
    return DONE;
  },
};

async function insertGain(host, media, track) {
  const context = new AudioContext();
  const node = context.createGain();
  const end = context.createMediaStreamDestination();
  context
    .createMediaStreamSource(new MediaStream([track]))
    .connect(node)
    .connect(end);
  const [louder] = end.stream.getTracks();
  gains.set(louder, node.gain);
  keepDerived(host, media, louder, track);
  await swapTrack(host, media, track, louder);
  return node.gain;
}
