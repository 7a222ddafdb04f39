// The tracks of a stream. They can change while it is published, without a new negotiation.

/** @import { LocalStream } from "./index.js" */
/** @import { Host } from "./host.js" */

import { Bridge } from "./bridge.js";
import { gainOf } from "./gain.js";
import { noteChange } from "./latest_change.js";

/** @typedef {"audio" | "video"} Kind */

/**
 * The kinds of tracks; a stream has at most one track of each.
 *
 * @type {readonly Kind[]}
 */
export const KINDS = ["audio", "video"];

/**
 * The track that each sender was last given; `sender.track` changes a moment later.
 *
 * @type {WeakMap<RTCRtpSender, MediaStreamTrack | null>}
 */
const aims = new WeakMap();

/** The result of calls that would ask a server for something in the compatible API. */
export const DONE = Object.freeze({ errorCode: 0, extendedData: "" });

/**
 * The MediaStream of a stream that the app passes, which may be a `ZegoLocalStream`.
 *
 * @param {Host} host
 * @param {unknown} stream
 */
export function mediaOf(host, stream) {
  const media = /** @type {{ stream?: unknown } | undefined} */ (stream)?.stream ?? stream;
  if (media instanceof MediaStream) return media;
  throw host.bad("stream must be a MediaStream or a ZegoLocalStream");
}

/**
 * The same for calls that must throw once the engine is destroyed.
 *
 * @param {Host} host
 * @param {unknown} stream
 */
export function liveMediaOf(host, stream) {
  host.life.throwIfAborted();
  return mediaOf(host, stream);
}

/**
 * The stream's track of a kind, if there is one.
 *
 * @param {MediaStream} media
 * @param {string} kind
 */
export function trackOf(media, kind) {
  return media.getTracks().find((track) => track.kind === kind);
}

/**
 * The source of the stream's track of a kind: of audio with a gain, the track before the gain.
 *
 * @param {MediaStream} media
 * @param {string} kind
 */
export function sourceOf(media, kind) {
  const track = trackOf(media, kind);
  const gain = gainOf(media);
  return gain && track === gain.track ? gain.source : track;
}

/**
 * Replaces `old` by `next` in the stream and in all its senders; one of them may be missing.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {MediaStreamTrack | undefined} old
 * @param {MediaStreamTrack} [next]
 */
export async function swapTrack(host, media, old, next) {
  if (old === next) return;
  const { kind } = /** @type {MediaStreamTrack} */ (old ?? next);
  const gain = kind === "audio" ? gainOf(media) : undefined;
  // With a gain, the stream holds the gain's output track instead of the source.
  const isLoud = gain && [undefined, gain.source, gain.track].includes(old);
  const before = isLoud && old ? gain.track : old;
  const after = isLoud && next ? gain.track : next;
  const senders = sendersOf(host, media, kind, before);
  if (isLoud && next && next !== gain.track) gain.take(next);
  if (before === after) return;
  // The track that replaces a muted one is muted too.
  if (before && after && !before.enabled) after.enabled = false;
  const bridge = new Bridge(media);
  if (before && after) bridge.raise([before]);
  if (before) media.removeTrack(before);
  if (after) {
    media.addTrack(after);
    bridge.lift();
    // Browsers fire `addtrack` only for their own changes, so fire it for ours.
    media.dispatchEvent(new MediaStreamTrackEvent("addtrack", { track: after }));
  }
  /** @param {RTCRtpSender} sender */
  const send = (sender) => {
    aims.set(sender, after ?? null);
    return sender.replaceTrack(after ?? null);
  };
  // A connection that has ended meanwhile needs no track, and the next one takes the stream's.
  await Promise.allSettled(senders.map(send));
}

/**
 * The live publishers' senders that send this track or, without one, are free for the kind.
 *
 * @param {Host} host
 * @param {MediaStream} media
 * @param {string} kind
 * @param {MediaStreamTrack | null} [track]
 */
export function sendersOf(host, media, kind, track = null) {
  /** @type {RTCRtpSender[]} */
  const senders = [];
  /** @param {RTCRtpSender} sender */
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

/**
 * @param {Host} host
 * @param {unknown} track
 */
function checkTrack(host, track) {
  if (!(track instanceof MediaStreamTrack)) throw host.bad("track must be a MediaStreamTrack");
}

/**
 * Whether a stream has a track, or the gain's output for it.
 *
 * @param {MediaStream} media
 * @param {MediaStreamTrack} track
 */
function isIn(media, track) {
  return media.getTracks().includes(track) || sourceOf(media, track.kind) === track;
}

/**
 * Whether the stream has a live track of a kind, neither muted nor switched off.
 *
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {Kind} kind
 */
export async function isActive(host, stream, kind) {
  const media = liveMediaOf(host, stream);
  /** @param {MediaStreamTrack | undefined} track */
  const isOn = (track) => track?.readyState === "live" && track.enabled && !track.muted;
  return isOn(trackOf(media, kind)) && isOn(sourceOf(media, kind));
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {MediaStreamTrack} track
 */
export async function replaceTrack(host, stream, track) {
  const media = liveMediaOf(host, stream);
  checkTrack(host, track);
  const old = sourceOf(media, track.kind);
  if (!old) throw host.failure(1103047);
  noteChange(media, [track.kind]);
  await swapTrack(host, media, old, track);
  return DONE;
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {MediaStreamTrack} track
 */
export async function addTrack(host, stream, track) {
  const media = liveMediaOf(host, stream);
  checkTrack(host, track);
  const { kind } = track;
  if (isIn(media, track)) return DONE;
  if (trackOf(media, kind)) throw host.bad(`the stream has a track of ${kind} already`);
  noteChange(media, [kind]);
  await swapTrack(host, media, undefined, track);
  return DONE;
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {MediaStreamTrack} track
 */
export async function removeTrack(host, stream, track) {
  const media = liveMediaOf(host, stream);
  checkTrack(host, track);
  if (!isIn(media, track)) throw host.failure(1103047);
  noteChange(media, [track.kind]);
  await swapTrack(host, media, track);
  return DONE;
}

/**
 * Only checks its arguments: whatever changes a stream changes its publishers with it.
 *
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {number} type
 */
export async function updatePublishing(host, stream, type) {
  liveMediaOf(host, stream);
  if (![0, 1, 2].includes(type)) throw host.bad("updateType must be 0, 1 or 2");
  return DONE;
}
