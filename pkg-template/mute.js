// Muting what is published: a stream's tracks are disabled, never stopped, and the room is told.

// As the room has them.
const BITS = { audio: 1, video: 2 };

/** Notes which stream goes out under which ID; what is muted already is told from the start. */
export function watchPublishing(host) {
  const start = host.startPublishingStream;
  host.sent = new Map();
  host.silent = new WeakSet(); // whose sound the app has muted
  host.startPublishingStream = (streamID, stream, options) => {
    const isStarted = start(streamID, stream, options);
    if (isStarted) {
      host.sent.set(streamID, stream);
      silence(host, stream);
    }
    return isStarted;
  };
}

function media(host, stream) {
  const own = stream?.stream ?? stream; // a ZegoLocalStream's, or one itself
  if (own instanceof MediaStream) return own;
  throw host.bad("stream must be a MediaStream or a ZegoLocalStream");
}

function enable(tracks, enabled) {
  for (const track of tracks) track.enabled = enabled;
}

function tell(host, stream) {
  let muted = 0;
  for (const kind in BITS) {
    const tracks = stream.getTracks().filter((track) => track.kind === kind);
    if (tracks.length && !tracks.some((track) => track.enabled)) muted |= BITS[kind];
  }
  for (const [streamID, sent] of host.sent) if (sent === stream) host.mute(streamID, muted);
}

function silence(host, stream) {
  if (host.isMicrophoneMuted || host.silent.has(stream)) enable(stream.getAudioTracks(), false);
  tell(host, stream);
}

export const muteMethods = {
  mutePublishStreamVideo(host, stream, mute) {
    const own = media(host, stream);
    enable(own.getVideoTracks(), !mute);
    tell(host, own);
    return true;
  },

  mutePublishStreamAudio(host, stream, mute) {
    const own = media(host, stream);
    host.silent[mute ? "add" : "delete"](own);
    enable(own.getAudioTracks(), !mute);
    silence(host, own);
    return true;
  },

  muteMicrophone(host, mute) {
    host.isMicrophoneMuted = !!mute;
    for (const stream of host.sent.values()) {
      enable(stream.getAudioTracks(), true);
      silence(host, stream);
    }
    return true;
  },

  isMicrophoneMuted: (host) => !!host.isMicrophoneMuted,
};
