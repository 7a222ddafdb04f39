// What the SDK captured, and for which stream: kept until it ends, by itself or with the stream.

import { stopTracks } from "./capture.js";
import { swapTrack, trackOf } from "./tracks.js";

/** The track that another was made from. */
const origins = new WeakMap();

/** Keeps a track for a stream, and tells the app if it ends by itself. */
export function keep(host, media, track, isScreen) {
  const kept = host.captures.get(media) ?? new Set();
  host.captures.set(media, kept.add(track));
  const ended = () => {
    if (!kept.has(track)) return;
    const isVideo = track.kind === "video";
    if (!isScreen) host.emit("deviceError", [isVideo ? 1106010 : 1106009, track.label]);
    else if (isVideo) {
      release(host, media);
      host.emit("screenSharingEnded", [host.faces.get(media) ?? media]);
    }
  };
  track.addEventListener("ended", ended, { signal: host.life });
}

/** Stops a track that was captured for a stream; one of the app's own goes on (PUB-06). */
export function drop(host, media, track) {
  if (!host.captures.get(media)?.delete(track)) return;
  track.stop();
  drop(host, media, origins.get(track));
}

/** Keeps a track that was made from another, which goes on as long. */
export function keepDerived(host, media, track, origin) {
  origins.set(track, origin);
  keep(host, media, track);
}

/** Stops what was captured for a stream. */
export function release(host, media) {
  const kept = host.captures.get(media) ?? new Set();
  host.captures.delete(media);
  stopTracks(kept);
  kept.clear();
}

/** Makes captured tracks those of the stream, instead of what it has of their kinds. */
export async function takeCapture(host, media, captured, isScreen) {
  for (const track of captured.getTracks()) {
    keep(host, media, track, isScreen);
    await takeTrack(host, media, track);
  }
}

/** Makes a track the stream's only one of its kind. */
export async function takeTrack(host, media, track) {
  const old = trackOf(media, track.kind);
  try {
    await swapTrack(host, media, old, track);
  } catch (error) {
    drop(host, media, track);
    throw error;
  }
  drop(host, media, old);
}
