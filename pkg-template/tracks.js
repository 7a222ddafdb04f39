// The tracks of a stream, which may be on the air while they change: nothing is negotiated anew.

import { Bridge } from "./bridge.js";
import { gainOf } from "./gain.js";
import { wish } from "./wishes.js";

/** The kinds of tracks that a stream has one of each. */
export const KINDS = ["audio", "video"];

/** What each sender is to send next; what it sends changes a moment after it was told so. */
const aims = new WeakMap();

/** What calls resolve with that ask a server for something in the compatible API. */
export const DONE = Object.freeze({ errorCode: 0, extendedData: "" });

/** The MediaStream of what an app may name as its stream. */
export function mediaOf(host, stream) {
  const media = stream?.stream ?? stream;
  if (media instanceof MediaStream) return media;
  throw host.bad("stream must be a MediaStream or a ZegoLocalStream");
}

/** The same for a call that is of no use once the engine is destroyed. */
export function liveMediaOf(host, stream) {
  host.life.throwIfAborted();
  return mediaOf(host, stream);
}

/** The stream's track of a kind, if there is one. */
export function trackOf(media, kind) {
  return media.getTracks().find((track) => track.kind === kind);
}

/** The track that the stream's one of a kind comes from: of sound, the one before its volume. */
export function sourceOf(media, kind) {
  const track = trackOf(media, kind);
  const gain = gainOf(media);
  return gain && track === gain.track ? gain.source : track;
}

/** Puts `next` in the place of `old`, in the stream and in all that sends it; one may be missing. */
export async function swapTrack(host, media, old, next) {
  if (old === next) return;
  const { kind } = old ?? next;
  const gain = kind === "audio" ? gainOf(media) : undefined;
  // What the volume makes of a track is in the stream instead of it.
  const isLoud = gain && [undefined, gain.source, gain.track].includes(old);
  const before = isLoud && old ? gain.track : old;
  const after = isLoud && next ? gain.track : next;
  const senders = sendersOf(host, media, kind, before);
  if (isLoud && next && next !== gain.track) gain.take(next);
  if (before === after) return;
  // What is muted stays so.
  if (before && after && !before.enabled) after.enabled = false;
  const bridge = new Bridge(media);
  if (before && after) bridge.raise([before]);
  if (before) media.removeTrack(before);
  if (after) {
    media.addTrack(after);
    bridge.lift();
    // The browser tells so of its own changes only; ours are followed in the same way.
    media.dispatchEvent(new MediaStreamTrackEvent("addtrack", { track: after }));
  }
  const send = (sender) => {
    aims.set(sender, after ?? null);
    return sender.replaceTrack(after ?? null);
  };
  // A connection that has ended meanwhile needs no track, and the next one takes the stream's.
  await Promise.allSettled(senders.map(send));
}

/** Where live publishers of the stream send this track, or could send a first one of the kind. */
export function sendersOf(host, media, kind, track = null) {
  const senders = [];
  const sends = (sender) => (aims.has(sender) ? aims.get(sender) : sender.track) === track;
  for (const [id, published] of host.published) {
    if (published !== media) continue;
    for (const connection of host.connections(true, id)) {
      const all = connection.getTransceivers();
      const places = all.filter(
        ({ sender, receiver }) => receiver.track.kind === kind && sends(sender),
      );
      if (all.length && !places.length && !track) {
        throw host.failure(1103069, `publishing goes on without ${kind}: stop it first`);
      }
      senders.push(...places.map(({ sender }) => sender));
    }
  }
  return senders;
}

function checkTrack(host, track) {
  if (!(track instanceof MediaStreamTrack)) throw host.bad("track must be a MediaStreamTrack");
}

/** Whether a stream has a track, or one that is made of it. */
function isIn(media, track) {
  return media.getTracks().includes(track) || sourceOf(media, track.kind) === track;
}

function isActive(host, stream, kind) {
  const media = liveMediaOf(host, stream);
  const isOn = (track) => track?.readyState === "live" && track.enabled && !track.muted;
  return isOn(trackOf(media, kind)) && isOn(sourceOf(media, kind));
}

export const trackMethods = {
  async replaceTrack(host, stream, track) {
    const media = liveMediaOf(host, stream);
    checkTrack(host, track);
    const old = sourceOf(media, track.kind);
    if (!old) throw host.failure(1103047);
    wish(media, [track.kind]);
    await swapTrack(host, media, old, track);
    return DONE;
  },

  async addTrack(host, stream, track) {
    const media = liveMediaOf(host, stream);
    checkTrack(host, track);
    const { kind } = track;
    if (isIn(media, track)) return DONE;
    if (trackOf(media, kind)) throw host.bad(`the stream has a track of ${kind} already`);
    wish(media, [kind]);
    await swapTrack(host, media, undefined, track);
    return DONE;
  },

  async removeTrack(host, stream, track) {
    const media = liveMediaOf(host, stream);
    checkTrack(host, track);
    if (!isIn(media, track)) throw host.failure(1103047);
    wish(media, [track.kind]);
    await swapTrack(host, media, track);
    return DONE;
  },

  checkVideoTrackIsActive: async (host, stream) => isActive(host, stream, "video"),

  checkAudioTrackIsActive: async (host, stream) => isActive(host, stream, "audio"),

  async updatePublishingStream(host, stream, type) {
    liveMediaOf(host, stream);
    if (![0, 1, 2].includes(type)) throw host.bad("updateType must be 0, 1 or 2");
    return DONE; // whatever changes a stream changes its publishers with it
  },
};
