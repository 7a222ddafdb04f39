// Makes streams for publishing, and ends them together with the tracks captured for them.

import { acquireDevices, acquireScreen } from "./acquire.js";
import { bitratesOf, limitsOf } from "./bitrates.js";
import { takeCustom, videoKbps } from "./capture.js";
import { release } from "./captures.js";
import { ZegoLocalStream } from "./local_stream.js";
import { mediaOf } from "./tracks.js";

export const streamMethods = {
  async createStream(host, source) {
    const { camera, screen, custom } = sourcesOf(host, source);
    const wishes = custom ?? screen ?? camera ?? {};
    const limits = limitsOf(host, wishes.audioBitrate, videoKbps(wishes, custom || screen ? 4 : 2));
    const stream = custom ? takeCustom(host, custom.source) : new MediaStream();
    Object.assign(bitratesOf(host, stream), limits);
    if (custom) return stream;
    if (screen) await acquireScreen(host, stream, ...screenWishes(screen));
    else await acquireDevices(host, stream, ...cameraWishes(camera));
    return stream;
  },

  async createZegoStream(host, options) {
    const sources = sourcesOf(host, options);
    const { autoCapture = true, autoPlay = true, view, captureView } = options ?? {};
    const { audioBitrate, videoBitrate } = options ?? {};
    const limits = limitsOf(host, audioBitrate, videoBitrate?.bitrate ?? videoBitrate);
    const stream = new ZegoLocalStream(host);
    Object.assign(bitratesOf(host, stream.stream), limits);
    try {
      if (autoCapture) await captureInto(stream, sources);
      if (view && autoPlay) stream.playVideo(view);
      if (captureView && autoPlay) stream.playCaptureVideo(captureView);
    } catch (error) {
      release(host, stream.stream);
      throw error;
    }
    return stream;
  },

  destroyStream(host, stream) {
    release(host, mediaOf(host, stream));
    if (stream instanceof ZegoLocalStream) ZegoLocalStream.stopViews(stream);
  },
};

/** The sources to make a stream of; each is undefined, true or an object. */
function sourcesOf(host, source) {
  host.life.throwIfAborted();
  const isSource = (value) => value === true || typeof value === "object";
  const { camera, screen, custom } = isSource(source) ? (source ?? {}) : { camera: !source && {} };
  const sources = { camera, screen, custom };
  for (const value of Object.values(sources)) {
    if (value !== undefined && !isSource(value)) {
      throw host.bad("a stream is made of {camera}, {screen} or {custom}, each an object");
    }
  }
  return sources;
}

async function captureInto(stream, { camera, screen, custom }) {
  if (custom?.video) await stream.startCaptureCustomVideo(custom.video);
  if (custom?.audio) await stream.startCaptureCustomAudio(custom.audio);
  if (screen) await stream.startCaptureScreenWithAudio(screen.video, screen.audio ?? false);
  if (camera || !(custom || screen)) {
    const { video = true, audio = true } = camera ?? {};
    await stream.startCaptureCameraAndMicrophone(video, audio);
  }
}

// The older call takes one object for both kinds; each kind is on unless it is false.
function cameraWishes(wishes) {
  const { video = true, audio = true, videoQuality, videoInput, audioInput } = wishes ?? {};
  return [
    video && { ...wishes, quality: videoQuality, input: videoInput },
    audio && { ...wishes, input: audioInput },
  ];
}

function screenWishes(wishes) {
  return [{ ...wishes, quality: wishes.videoQuality }, wishes.audio];
}
