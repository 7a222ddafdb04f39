// Mutes published streams: disables the tracks, never stops them, and tells the room.

import { liveMediaOf } from "./tracks.js";

/** Tells the room of mutes made before publishing as soon as publishing starts. */
export function watchMutes(host) {
  host.observe((_event, [update]) => {
    if (update?.state !== "PUBLISH_REQUESTING") return;
    (host.isMicrophoneMuted ? hush : tell)(host, host.published.get(update.streamID));
  });
}

const areOff = (tracks) => tracks.length > 0 && tracks.every(({ enabled }) => !enabled);

const setEnabled = (tracks, enabled) => {
  for (const track of tracks) track.enabled = enabled;
};

/** Tells the room which kinds of a stream are muted (bits: 1 audio, 2 video), for each ID. */
function tell(host, media) {
  const muted = areOff(media.getAudioTracks()) + 2 * areOff(media.getVideoTracks());
  for (const [streamID, own] of host.published) {
    if (own === media) host.mute(streamID, muted);
  }
}

/** Disables the stream's audio while the app has muted it or the microphone. */
function hush(host, media) {
  setEnabled(media.getAudioTracks(), !host.isMicrophoneMuted && !host.silent.has(media));
  tell(host, media);
}

export const muteMethods = {
  mutePublishStreamVideo(host, stream, mute) {
    const media = liveMediaOf(host, stream);
    setEnabled(media.getVideoTracks(), !mute);
    tell(host, media);
    return true;
  },

  mutePublishStreamAudio(host, stream, mute) {
    const media = liveMediaOf(host, stream);
    host.silent[mute ? "add" : "delete"](media);
    hush(host, media);
    return true;
  },

  muteMicrophone(host, mute) {
    host.life.throwIfAborted();
    host.isMicrophoneMuted = !!mute;
    for (const media of host.published.values()) hush(host, media);
    return true;
  },

  isMicrophoneMuted: (host) => host.isMicrophoneMuted,
};
