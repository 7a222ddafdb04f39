// The tracks of a stream, which may be on the air while they change: nothing is negotiated anew.

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

/** Puts `next` in the place of `old`, in the stream and in all that sends it; one may be missing. */
export async function swapTrack(host, media, old, next) {
  if (old === next) return;
  const senders = sendersOf(host, media, (old ?? next).kind, old);
  // What is muted stays so.
  if (old && next && !old.enabled) next.enabled = false;
  if (old) media.removeTrack(old);
  if (next) {
    media.addTrack(next);
    // The browser tells so of its own changes only; ours are followed in the same way.
    media.dispatchEvent(new MediaStreamTrackEvent("addtrack", { track: next }));
  }
  // A connection that has ended meanwhile needs no track, and the next one takes the stream's.
  await Promise.allSettled(senders.map((sender) => sender.replaceTrack(next ?? null)));
}

/** Where live publishers of the stream send this track, or could send a first one of the kind. */
export function sendersOf(host, media, kind, track = null) {
  const senders = [];
  for (const [id, published] of host.published) {
    if (published !== media) continue;
    for (const connection of host.connections(true, id)) {
      const all = connection.getTransceivers();
      const places = all.filter(
        ({ sender, receiver }) => receiver.track.kind === kind && sender.track === track,
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

function isActive(host, stream, kind) {
  const track = trackOf(liveMediaOf(host, stream), kind);
  return !!track && track.readyState === "live" && track.enabled && !track.muted;
}

export const trackMethods = {
  async replaceTrack(host, stream, track) {
    const media = liveMediaOf(host, stream);
    checkTrack(host, track);
    const old = trackOf(media, track.kind);
    if (!old) throw host.failure(1103047);
    await swapTrack(host, media, old, track);
    return DONE;
  },

  async addTrack(host, stream, track) {
    const media = liveMediaOf(host, stream);
    checkTrack(host, track);
    const old = trackOf(media, track.kind);
    if (old && old !== track) throw host.bad(`the stream has a track of ${track.kind} already`);
    await swapTrack(host, media, old, track);
    return DONE;
  },

  async removeTrack(host, stream, track) {
    const media = liveMediaOf(host, stream);
    checkTrack(host, track);
    if (!media.getTracks().includes(track)) throw host.failure(1103047);
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
