// Mutes published streams: disables the tracks, never stops them, and tells the room.

/** @import { LocalStream } from "./index.js" */
/** @import { Host } from "./host.js" */

import { liveMediaOf } from "./tracks.js";

/**
 * Tells the room of mutes made before publishing as soon as publishing starts.
 *
 * @param {Host} host
 */
export function watchMutes(host) {
  host.observe((event, args) => {
    if (event !== "publisherStateUpdate" || args[0].state !== "PUBLISH_REQUESTING") return;
    const media = host.published.get(args[0].streamID);
    if (media) (host.isMicrophoneMuted ? hush : tell)(host, media);
  });
}

/** @param {MediaStreamTrack[]} tracks */
const areOff = (tracks) => tracks.length > 0 && tracks.every(({ enabled }) => !enabled);

/**
 * @param {MediaStreamTrack[]} tracks
 * @param {boolean} enabled
 */
const setEnabled = (tracks, enabled) => {
  for (const track of tracks) track.enabled = enabled;
};

/**
 * Tells the room which kinds of a stream are muted (bits: 1 audio, 2 video), for each ID.
 *
 * @param {Host} host
 * @param {MediaStream} media
 */
function tell(host, media) {
  const muted = +areOff(media.getAudioTracks()) + 2 * +areOff(media.getVideoTracks());
  for (const [streamID, own] of host.published) {
    if (own === media) host.mute(streamID, muted);
  }
}

/**
 * Disables the stream's audio while the app has muted it or the microphone.
 *
 * @param {Host} host
 * @param {MediaStream} media
 */
function hush(host, media) {
  setEnabled(media.getAudioTracks(), !host.isMicrophoneMuted && !host.silent.has(media));
  tell(host, media);
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {boolean} mute
 */
export function muteVideo(host, stream, mute) {
  const media = liveMediaOf(host, stream);
  setEnabled(media.getVideoTracks(), !mute);
  tell(host, media);
  return true;
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 * @param {boolean} mute
 */
export function muteAudio(host, stream, mute) {
  const media = liveMediaOf(host, stream);
  host.silent[mute ? "add" : "delete"](media);
  hush(host, media);
  return true;
}

/**
 * Mutes the audio of every published stream, those that are published later too.
 *
 * @param {Host} host
 * @param {boolean} mute
 */
export function muteMicrophone(host, mute) {
  host.life.throwIfAborted();
  host.isMicrophoneMuted = !!mute;
  for (const media of host.published.values()) hush(host, media);
  return true;
}
