// Views: a stream in an app's container, through reconnects and autoplay rules.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("a view shows a stream as its options say, and stops", async () => {
  const { bo } = await stage.playing();
  await showRemote(bo, { objectFit: "cover", mirror: true });
  await assertPlays(bo.page, "#here video");
  const seen = await bo.page.evaluate(async () => {
    const { view } = globalThis;
    const video = document.querySelector("#here video");
    const shown = [video.muted, video.style.objectFit, video.style.transform];
    const size = [view.getVideoWidth(), view.getVideoHeight()];
    const answers = [
      view.setVolume(30),
      view.setAudioMuted(true),
      view.setVideoMuted(true),
      await view.useAudioOutputDevice(""),
    ];
    const { visibility } = video.style;
    view.setVideoMuted(false);
    const jpeg = view.takeStreamSnapshot({ imageType: "jpeg", quality: 0.5 });
    view.stop();
    return {
      shown,
      isSized: size.every((pixels) => pixels > 0),
      answers,
      visibility,
      jpeg: jpeg.slice(0, 23),
      left: document.querySelectorAll("#here *").length,
      after: [view.setVideoMuted(true), view.getVideoWidth()],
    };
  });
  assert.deepEqual(seen, {
    shown: [true, "cover", "scaleX(-1)"],
    isSized: true,
    answers: [true, true, true, undefined],
    visibility: "hidden",
    jpeg: "data:image/jpeg;base64,",
    left: 0,
    after: [false, 0],
  });
});

test("a snapshot is saved as the file that was named", async () => {
  const { bo } = await stage.playing();
  await showRemote(bo);
  const download = bo.page.waitForEvent("download");
  await bo.page.evaluate(() => globalThis.view.takeStreamSnapshot({ save: true, fileName: "bo" }));
  assert.match((await download).suggestedFilename(), /^bo/);
});

test("a stopped view keeps its last frame where it is to", async () => {
  const { bo } = await stage.playing();
  await showRemote(bo, { clearLastFrame: false });
  const left = await bo.page.evaluate(() => {
    globalThis.view.stop();
    const video = document.querySelector("#here video");
    const before = [video.paused, video.videoWidth > 0];
    globalThis.view.play("here");
    return [...before, document.querySelectorAll("#here video").length];
  });
  assert.deepEqual(left, [true, true, 1]);
});

test("play_06 a remote view keeps its picture while the player reconnects", async () => {
  const { ada, id, bo } = await stage.playing();
  await showRemote(bo);
  // Checks every frame the page paints, until the stream comes through another connection.
  await bo.page.evaluate(() => {
    const video = document.querySelector("#here video");
    const canvas = new OffscreenCanvas(8, 8);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    globalThis.covered = 0;
    globalThis.blackInARow = 0;
    let black = 0;
    const look = () => {
      const cover = document.querySelector("#here canvas");
      context.drawImage(cover ?? video, 0, 0, 8, 8);
      const { data } = context.getImageData(0, 0, 8, 8);
      const isBlack = Math.max(...data.filter((_, place) => place % 4 < 3)) < 16;
      black = isBlack ? black + 1 : 0;
      globalThis.blackInARow = Math.max(globalThis.blackInARow, black);
      globalThis.covered += cover ? 1 : 0;
      requestAnimationFrame(look);
    };
    look();
  });
  const since = bo.mark();
  const decoded = await bo.page.evaluate(() => {
    const [peer] = globalThis.peers;
    // As if the connection's network were gone for good.
    Object.defineProperty(peer, "connectionState", { value: "failed" });
    peer.dispatchEvent(new Event("connectionstatechange"));
    return document.querySelector("#here video").getVideoPlaybackQuality().totalVideoFrames;
  });
  await bo.page.waitForFunction(() => globalThis.peers.length > 1);
  await bo.page.waitForFunction(
    (before) =>
      document.querySelector("#here video").getVideoPlaybackQuality().totalVideoFrames >
      before + 15,
    decoded,
  );
  const { blackInARow, covered } = await bo.page.evaluate(() => ({
    blackInARow: globalThis.blackInARow,
    covered: globalThis.covered,
  }));
  assert.ok(covered > 0, "the last frame was shown");
  assert.ok(blackInARow <= 2, `${blackInARow} black pictures in a row`);
  assert.equal(await bo.page.locator("#here canvas").count(), 0, "and is gone again");
  await assertPlays(bo.page, "#here video");
  assert.deepEqual(bo.told("roomStreamUpdate", since), [], `${ada.userID} still publishes ${id}`);
});

test("a frame that is told when its picture is gone already is passed over", async () => {
  const client = await stage.client("ada");
  const { failures, kept } = await client.page.evaluate(async () => {
    document.body.append(Object.assign(document.createElement("div"), { id: "here" }));
    const stream = await globalThis.engine.createStream();
    globalThis.engine.createLocalStreamView(stream).playVideo("here");
    const video = document.querySelector("#here video");
    const frame = () => new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const failures = [];
    globalThis.addEventListener("error", ({ message }) => failures.push(message));
    let kept = 0;
    const Native = globalThis.VideoFrame;
    globalThis.VideoFrame = class extends Native {
      constructor(source) {
        // As browsers do; the test cannot remove the picture itself at the right moment.
        if (source.readyState < 2) throw new DOMException("", "InvalidStateError");
        super(source);
        kept += 1;
      }
    };
    await frame();
    Object.defineProperty(video, "readyState", { value: 1, configurable: true });
    await frame();
    await frame();
    delete video.readyState;
    kept = 0;
    await frame();
    await frame();
    return { failures, kept };
  });
  assert.deepEqual(failures, []);
  assert.ok(kept > 0, "later frames are kept again");
});

test("a local view is silent unless asked, a remote one is not", async () => {
  const client = await stage.client("ada");
  const muted = await client.page.evaluate(async () => {
    const { engine } = globalThis;
    const elements = [];
    const Native = globalThis.Audio;
    globalThis.Audio = class extends Native {
      constructor() {
        super();
        elements.push(this);
      }
    };
    document.body.append(Object.assign(document.createElement("div"), { id: "here" }));
    const stream = await engine.createStream();
    for (const options of [undefined, { muted: false }]) {
      engine.createLocalStreamView(stream).play("here", options);
      engine.createRemoteStreamView(stream).play("here", options);
    }
    engine.createRemoteStreamView(stream).play("here", { muted: true });
    return elements.map((element) => element.muted);
  });
  assert.deepEqual(muted, [true, false, false, false, true]);
});

test("where sound may not play by itself the app is told, and a button plays it", async () => {
  const client = await stage.client("ada");
  await client.page.evaluate(async () => {
    document.body.append(Object.assign(document.createElement("div"), { id: "here" }));
    // Pages with a camera may always play sound, so the test imitates the browser's refusal.
    let isAllowed = false;
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
      if (isAllowed || this.muted) return play.call(this);
      return Promise.reject(new DOMException("no gesture", "NotAllowedError"));
    };
    document.addEventListener(
      "click",
      () => {
        isAllowed = true;
      },
      { capture: true },
    );
    const { engine } = globalThis;
    globalThis.stream = await engine.createStream();
    globalThis.view = engine.createRemoteStreamView(globalThis.stream);
    globalThis.failed = new Promise((resolve) => globalThis.view.on("autoplayFailed", resolve));
    globalThis.view.play("here");
    await globalThis.failed;
  });
  const audio = client.page.evaluate(
    () => new Promise((resolve) => globalThis.view.on("canPlayAudio", () => resolve(true))),
  );
  await client.page.click("#here button[aria-label=Play]");
  assert.equal(await client.page.locator("#here button").count(), 0);
  assert.equal(await Promise.race([audio, client.page.evaluate(() => true)]), true);
});

test("an app that asks for no button gets none", async () => {
  const client = await stage.client("ada");
  const buttons = await client.page.evaluate(async () => {
    document.body.append(Object.assign(document.createElement("div"), { id: "here" }));
    HTMLMediaElement.prototype.play = () =>
      Promise.reject(new DOMException("no gesture", "NotAllowedError"));
    const view = globalThis.engine.createRemoteStreamView(await globalThis.engine.createStream());
    const failed = new Promise((resolve) => view.on("autoplayFailed", resolve));
    view.play("here", { enableAutoplayDialog: false });
    const element = await failed;
    return [document.querySelectorAll("button").length, element instanceof HTMLMediaElement];
  });
  assert.deepEqual(buttons, [0, true]);
});

/** Shows the stream that Bo plays in a view, in `#here`; resolves with its first picture. */
async function showRemote(client, options) {
  await client.page.evaluate(async (given) => {
    globalThis.video.remove();
    document.body.append(Object.assign(document.createElement("div"), { id: "here" }));
    globalThis.view = globalThis.engine.createRemoteStreamView(globalThis.remote);
    const canPlay = new Promise((resolve) => globalThis.view.on("canPlayVideo", resolve));
    globalThis.view.play("here", given);
    await canPlay;
  }, options);
}
