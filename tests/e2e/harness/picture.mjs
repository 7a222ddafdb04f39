// Whether a video element really shows moving pictures.

import assert from "node:assert/strict";
import { PATIENCE_MS } from "./deadline.mjs";

/** How many new frames make a moving picture. */
const FRAMES = 15;

/**
 * Watches a video until that many more frames were presented.
 *
 * @returns `{before, after, picture}`: decoded frames and `currentTime` before and after; the
 * last picture's brightness (0 to 255), its spread, and how much it differs from the first one.
 */
export function watch(page, selector = "video", frames = FRAMES, deadline_ms = PATIENCE_MS) {
  return page.evaluate(watchInPage, { selector, frames, deadline_ms });
}

/** Asserts that a video plays: decoded frames and time go up, and it is neither black nor still. */
export async function assertPlays(page, selector = "video") {
  const { picture, seen } = await assertAdvances(page, selector);
  assert.ok(picture.mean > 16, `too dark: ${seen}`);
  assert.ok(picture.deviation > 8, `one colour: ${seen}`);
  assert.ok(picture.difference > 0.2, `standing still: ${seen}`);
}

/** Asserts that decoded frames and time go up, whatever the picture shows. */
export async function assertAdvances(page, selector = "video") {
  const { before, after, picture } = await watch(page, selector);
  const seen = JSON.stringify({ before, after, picture });
  assert.ok(after.framesDecoded >= before.framesDecoded + FRAMES - 2, seen);
  assert.ok(after.currentTime_s > before.currentTime_s, seen);
  return { picture, seen };
}

/**
 * Waits until a video has shown new frames since `when` was first used. The element may have been
 * replaced by then.
 */
export function untilMoving(page, selector, when) {
  const isMoving = ([wanted, mark]) => {
    const video = document.querySelector(wanted);
    if (!video) return false;
    const { totalVideoFrames } = video.getVideoPlaybackQuality();
    video[mark] ??= totalVideoFrames;
    return totalVideoFrames > video[mark] + 10;
  };
  return page.waitForFunction(isMoving, [selector, when]);
}

/** Entries of that type in `getStats`, over all the page's peer connections. */
export function stats(page, type) {
  return page.evaluate(async (wanted) => {
    const reports = await Promise.all(globalThis.peers.map((peer) => peer.getStats()));
    return reports.flatMap((report) => {
      const entries = [...report.values()];
      const codecs = new Map(entries.map((entry) => [entry.id, entry.mimeType]));
      return entries
        .filter((entry) => entry.type === wanted)
        .map((entry) => ({ ...entry, codec: codecs.get(entry.codecId) }));
    });
  }, type);
}

async function watchInPage({ selector, frames, deadline_ms }) {
  const video = document.querySelector(selector);
  const canvas = new OffscreenCanvas(64, 48);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const state = () => ({
    framesDecoded: video.getVideoPlaybackQuality().totalVideoFrames,
    currentTime_s: video.currentTime,
  });
  const brightness = () => {
    context.drawImage(video, 0, 0, 64, 48);
    const { data } = context.getImageData(0, 0, 64, 48);
    const pixels = new Float64Array(64 * 48);
    for (let i = 0; i < pixels.length; i += 1) {
      pixels[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
    }
    return pixels;
  };
  const average = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const nextFrame = (end_ms) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(new Error(`no frame: ${JSON.stringify({ ...state(), ready: video.readyState })}`)),
        Math.max(0, end_ms - performance.now()),
      );
      video.requestVideoFrameCallback(() => {
        clearTimeout(timer);
        resolve();
      });
    });

  const end_ms = performance.now() + deadline_ms;
  await nextFrame(end_ms);
  const before = state();
  const first = brightness();
  for (let count = 0; count < frames; count += 1) await nextFrame(end_ms);
  const last = brightness();
  const mean = average(last);
  return {
    before,
    after: state(),
    picture: {
      width: video.videoWidth,
      height: video.videoHeight,
      mean,
      deviation: Math.sqrt(average(last.map((value) => (value - mean) ** 2))),
      difference: average(last.map((value, i) => Math.abs(value - first[i]))),
    },
  };
}
