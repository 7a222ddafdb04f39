// Makes streams for publishing, and ends them together with the tracks captured for them.

/**
 * @import {
 *   CameraOptions, LocalStream, ScreenOptions, StreamSource, ZegoStreamOptions
 * } from "./index.js"
 */
/** @import { PictureOptions, SoundOptions } from "./capture.js" */
/** @import { Host } from "./host.js" */

import { acquireDevices, acquireScreen } from "./acquire.js";
import { bitratesOf, limitsOf } from "./bitrates.js";
import { objectOf, takeCustom, videoKbps } from "./capture.js";
import { release } from "./captures.js";
import { ZegoLocalStream } from "./local_stream.js";
import { mediaOf } from "./tracks.js";

/**
 * @param {Host} host
 * @param {StreamSource} [source]
 */
export async function createStream(host, source) {
  const { camera, screen, custom } = sourcesOf(host, source);
  const options = custom ?? screen ?? camera ?? /** @type {CameraOptions} */ ({});
  const kbps = videoKbps(options, custom || screen ? 4 : 2);
  const limits = limitsOf(host, options.audioBitrate, kbps);
  const stream = custom ? takeCustom(host, custom.source) : new MediaStream();
  Object.assign(bitratesOf(host, stream), limits);
  if (custom) return stream;
  if (screen) await acquireScreen(host, stream, ...screenOptions(screen));
  else await acquireDevices(host, stream, ...cameraOptions(camera));
  return stream;
}

/**
 * @param {Host} host
 * @param {ZegoStreamOptions} [options]
 */
export async function createZegoStream(host, options) {
  const sources = sourcesOf(host, options);
  const { autoCapture = true, autoPlay = true, view, captureView } = options ?? {};
  const { audioBitrate, videoBitrate } = options ?? {};
  const kbps = /** @type {{ bitrate?: number } | undefined} */ (videoBitrate)?.bitrate;
  const limits = limitsOf(host, audioBitrate, kbps ?? videoBitrate);
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
}

/**
 * @param {Host} host
 * @param {LocalStream} stream
 */
export function destroyStream(host, stream) {
  release(host, mediaOf(host, stream));
  if (stream instanceof ZegoLocalStream) ZegoLocalStream.stopViews(stream);
}

/**
 * @template Camera, Screen, Custom
 * @typedef {{ camera?: true | Camera, screen?: true | Screen, custom?: true | Custom }} Sources
 */

/** @param {unknown} value */
const isSource = (value) => value === true || typeof value === "object";

/**
 * The sources to make a stream of; each is undefined or an object.
 *
 * @template {object | undefined} Camera
 * @template {object | undefined} Screen
 * @template {object | undefined} Custom
 * @param {Host} host
 * @param {Sources<Camera, Screen, Custom> | undefined} source
 */
function sourcesOf(host, source) {
  host.life.throwIfAborted();
  const given = isSource(source) ? (source ?? {}) : { camera: !source && {} };
  const { camera, screen, custom } = /** @type {Sources<Camera, Screen, Custom>} */ (given);
  for (const value of [camera, screen, custom]) {
    if (value !== undefined && !isSource(value)) {
      throw host.bad("a stream is made of {camera}, {screen} or {custom}, each an object");
    }
  }
  return { camera: objectOf(camera), screen: objectOf(screen), custom: objectOf(custom) };
}

/**
 * @param {ZegoLocalStream} stream
 * @param {object} sources
 * @param {ZegoStreamOptions["camera"]} sources.camera
 * @param {ZegoStreamOptions["custom"]} sources.custom
 * @param {Exclude<ZegoStreamOptions["screen"], true>} sources.screen
 */
async function captureInto(stream, { camera, screen, custom }) {
  if (custom?.video) await stream.startCaptureCustomVideo(custom.video);
  if (custom?.audio) await stream.startCaptureCustomAudio(custom.audio);
  if (screen) await stream.startCaptureScreenWithAudio(screen.video, screen.audio ?? false);
  if (camera || !(custom || screen)) {
    const { video = true, audio = true } = camera ?? {};
    await stream.startCaptureCameraAndMicrophone(video, audio);
  }
}

/**
 * The older call takes one object for both kinds; each kind is on unless it is false.
 *
 * @param {CameraOptions | undefined} options
 * @returns {[video: false | PictureOptions, audio: false | SoundOptions]}
 */
function cameraOptions(options) {
  const { video = true, audio = true, videoQuality, videoInput, audioInput } = options ?? {};
  return [
    video && { ...options, quality: videoQuality, input: videoInput },
    audio && { ...options, input: audioInput },
  ];
}

/**
 * @param {ScreenOptions & { readonly videoQuality?: 1 | 2 | 3 | 4 }} options
 * @returns {[video: PictureOptions, audio: boolean | undefined]}
 */
function screenOptions(options) {
  return [{ ...options, quality: options.videoQuality }, options.audio];
}
