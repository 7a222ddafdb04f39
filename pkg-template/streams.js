// Streams for publishing: made, and ended with what was captured for them.

import { captureDevices, captureScreen, stopTracks, takeCustom } from "./capture.js";

export const streamMethods = {
  async createStream(host, source) {
    host.life.throwIfAborted();
    const [camera, screen, custom] = ["camera", "screen", "custom"].map((name) => {
      const wishes = source?.[name] ?? undefined;
      const isFine = wishes === undefined || wishes === true || typeof wishes === "object";
      if (isFine && typeof (source ?? {}) === "object") return wishes;
      throw host.bad("createStream takes {camera}, {screen} or {custom}, each an object");
    });
    if (custom) return takeCustom(host, custom.source);
    const stream = await (screen
      ? captureScreen(host, ...screenWishes(screen))
      : captureDevices(host, ...cameraWishes(camera)));
    host.captures.set(stream, new Set(stream.getTracks()));
    return stream;
  },

  destroyStream(host, stream) {
    if (!(stream instanceof MediaStream)) throw host.bad("stream must be a MediaStream");
    release(host, stream);
  },
};

/** Stops what was captured for a stream; tracks of the app's own go on. */
export function release(host, stream) {
  stopTracks(host.captures.get(stream) ?? []);
  host.captures.delete(stream);
}

// The older call has one object for both kinds, each of which is on unless switched off.
function cameraWishes(wishes = {}) {
  const { video = true, audio = true, videoQuality: quality, videoInput, audioInput } = wishes;
  return [
    video && { ...wishes, quality, input: videoInput },
    audio && { ...wishes, input: audioInput },
  ];
}

function screenWishes(wishes) {
  return [{ ...wishes, quality: wishes.videoQuality, input: undefined }, wishes.audio];
}
