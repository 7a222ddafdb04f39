// Objects of the app that stay the same through every fault: the stream it publishes (PUB-06) and
// the stream it plays (PLAY-06).

import assert from "node:assert/strict";

/** Records what each app has now, and counts captures from here on. */
export async function noteOwn(...clients) {
  await Promise.all(clients.map(({ page }) => page.evaluate(noteInPage)));
}

/** Asserts that nothing changed: the same objects, live tracks, no new captures. */
export async function assertOwn(...clients) {
  for (const { page, userID } of clients) {
    const wrong = await page.evaluate(compareInPage);
    assert.deepEqual(wrong, [], userID);
  }
}

// The functions below run in the page.

function noteInPage() {
  const { local, remote, video } = globalThis;
  globalThis.own = { local, tracks: local?.getTracks(), remote, shown: video.srcObject };
  const { mediaDevices } = navigator;
  const capture = mediaDevices.getUserMedia.bind(mediaDevices);
  globalThis.own.captures = 0;
  mediaDevices.getUserMedia = (...args) => {
    globalThis.own.captures += 1;
    return capture(...args);
  };
}

function compareInPage() {
  const { own, local, remote, video } = globalThis;
  const wrong = [];
  if (own.captures > 0) wrong.push(`captured ${own.captures} times`);
  if (local !== own.local) wrong.push("another local stream");
  if (local) {
    const tracks = local.getTracks();
    const isSame = (track, i) => track === own.tracks[i] && track.readyState === "live";
    if (tracks.length !== own.tracks.length || !tracks.every(isSame)) wrong.push("local tracks");
    if (!tracks.every(({ enabled }) => enabled)) wrong.push("a local track is off");
  }
  if (remote !== own.remote) wrong.push("another remote stream");
  if (video.srcObject !== own.shown) wrong.push("the video shows another object");
  if (remote?.getTracks().every(({ readyState }) => readyState !== "live")) {
    wrong.push("no live remote track");
  }
  return wrong;
}
