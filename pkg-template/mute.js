// Muting what is published: a stream's tracks are disabled, never stopped, and the room is told.

import { MUTE } from "./calls.js";
import { mediaOf } from "./tracks.js";

// As the room has them.
const BITS = { audio: 1, video: 2 };

/** What is muted before it is published is told of from the start. */
export function watchMutes(host) {
  host.observe((_event, [update]) => {
    if (update?.state === "PUBLISH_REQUESTING") silence(host, host.published.get(update.streamID));
  });
}

function enable(tracks, enabled) {
  for (const track of tracks) track.enabled = enabled;
}

/** Tells of a stream what is muted of it, wherever it is published. */
export function tellMutes(host, media) {
  let muted = 0;
  for (const kind in BITS) {
    const tracks = media.getTracks().filter((track) => track.kind === kind);
    if (tracks.length && !tracks.some((track) => track.enabled)) muted |= BITS[kind];
  }
  for (const [streamID, own] of host.published) {
    if (own === media) host.call(MUTE, [streamID, muted]);
  }
}

function silence(host, media) {
  if (host.isMicrophoneMuted || host.silent.has(media)) enable(media.getAudioTracks(), false);
  tellMutes(host, media);
}

export const muteMethods = {
  mutePublishStreamVideo(host, stream, mute) {
    host.life.throwIfAborted();
    const media = mediaOf(host, stream);
    enable(media.getVideoTracks(), !mute);
    tellMutes(host, media);
    return true;
  },

  mutePublishStreamAudio(host, stream, mute) {
    host.life.throwIfAborted();
    const media = mediaOf(host, stream);
    host.silent[mute ? "add" : "delete"](media);
    enable(media.getAudioTracks(), !mute);
    silence(host, media);
    return true;
  },

  muteMicrophone(host, mute) {
    host.life.throwIfAborted();
    host.isMicrophoneMuted = !!mute;
    for (const media of host.published.values()) {
      enable(media.getAudioTracks(), true);
      silence(host, media);
    }
    return true;
  },

  isMicrophoneMuted: (host) => host.isMicrophoneMuted,
};
