// What the SDK captured, and for which stream: kept until it ends, by itself or with the stream.

import { stopTracks } from "./capture.js";
import { closeGain } from "./gain.js";
import { KINDS, sourceOf, swapTrack } from "./tracks.js";
import { overtaken, wish } from "./wishes.js";

/** Keeps a track for a stream, and tells the app if it ends by itself. */
function keep(host, media, track, capture) {
  const kept = host.captures.get(media) ?? new Map();
  host.captures.set(media, kept.set(track, capture));
  const ended = () => {
    if (!kept.has(track)) return;
    if (!capture.isScreen) tellLost(host, track);
    else if (track.kind === "video") {
      // The screen's own sound ends with it. What another call captured goes on.
      for (const [other, its] of kept) if (its === capture) drop(host, media, other);
      host.emit("screenSharingEnded", [host.faces.get(media) ?? media]);
    }
  };
  track.addEventListener("ended", ended, { signal: host.life });
}

/** Tells that a device's capture has ended, and not by a wish of the app's. */
export function tellLost(host, { kind, label }) {
  host.emit("deviceError", [kind === "video" ? 1106010 : 1106009, label]);
}

/** Whether a track was captured for a stream; the app's own never was (PUB-06). */
export const isCaptured = (host, media, track) => !!host.captures.get(media)?.has(track);

/** The same, and from a device. */
export const isOfDevice = (host, media, track) =>
  host.captures.get(media)?.get(track)?.isScreen === false;

/** Stops a track that was captured for a stream; one of the app's own goes on (PUB-06). */
export function drop(host, media, track) {
  if (host.captures.get(media)?.delete(track)) track.stop();
}

/** Stops what was captured for a stream, and what opens for it later. */
export function release(host, media) {
  wish(media, KINDS);
  const kept = host.captures.get(media) ?? new Map();
  host.captures.delete(media);
  stopTracks(kept.keys());
  kept.clear();
  closeGain(media);
}

/**
 * Makes captured tracks those of the stream, instead of what it has of their kinds. Each that is no
 * longer wanted, or not to be had there, is stopped.
 */
export async function takeCapture(host, media, captured, { isWanted, isScreen = false }) {
  const capture = { isScreen };
  const errors = [];
  for (const track of captured.getTracks()) {
    if (!isWanted(track.kind)) {
      track.stop();
      errors.push(overtaken(host));
      continue;
    }
    keep(host, media, track, capture);
    await takeTrack(host, media, track).catch((error) => errors.push(error));
  }
  if (errors.length) throw errors[0];
}

/** Makes a track the stream's only one of its kind. */
export async function takeTrack(host, media, track) {
  const old = sourceOf(media, track.kind);
  try {
    await swapTrack(host, media, old, track);
  } catch (error) {
    drop(host, media, track);
    throw error;
  }
  drop(host, media, old);
}
