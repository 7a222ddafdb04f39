// Streams from devices: their sources, settings and refusals.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("createStream opens camera and microphone by preset, each unless switched off", async () => {
  const client = await stage.client("ada");
  const made = await client.page.evaluate(async () => {
    const describe = async (source) => {
      const stream = await globalThis.engine.createStream(source);
      const [video] = stream.getVideoTracks();
      const { width, height } = video?.getSettings() ?? {};
      const kinds = stream.getTracks().map(({ kind }) => kind);
      globalThis.engine.destroyStream(stream);
      const ended = stream.getTracks().every(({ readyState }) => readyState === "ended");
      return [kinds.sort().join(), width, height, ended];
    };
    return [
      await describe(),
      await describe({ camera: { videoQuality: 1, audio: false } }),
      await describe({ camera: { videoQuality: 3 } }),
      await describe({ camera: { videoQuality: 4, width: 320, height: 180, audio: false } }),
      await describe({ camera: { video: false } }),
    ];
  });
  assert.deepEqual(made, [
    ["audio,video", 640, 480, true],
    ["video", 320, 240, true],
    ["audio,video", 1280, 720, true],
    ["video", 320, 180, true],
    ["audio", undefined, undefined, true],
  ]);
});

test("pub_06 a custom stream has the app's tracks, which destroyStream leaves alone", async () => {
  const client = await stage.client("ada");
  const left = await client.page.evaluate(async () => {
    const own = await navigator.mediaDevices.getUserMedia({ video: true });
    const custom = await globalThis.engine.createStream({ custom: { source: own } });
    const isSame = custom.getTracks()[0] === own.getTracks()[0];
    globalThis.engine.destroyStream(custom);
    globalThis.video.srcObject = own;
    await globalThis.video.play();
    const source = globalThis.video;
    const element = await globalThis.engine.createStream({ custom: { source } });
    globalThis.engine.destroyEngine();
    return [isSame, own.getTracks()[0].readyState, element.getTracks().length];
  });
  assert.deepEqual(left, [true, "live", 1]);
});

test("a screen that its user stops sharing is told, and has ended", async () => {
  const client = await stage.client("ada");
  const seen = await client.page.evaluate(async () => {
    // A headless browser has no screen to pick, so a canvas replaces it.
    navigator.mediaDevices.getDisplayMedia = async (constraints) => {
      globalThis.asked = constraints;
      return document.createElement("canvas").captureStream(1);
    };
    const stream = await globalThis.engine.createStream({
      screen: { videoQuality: 3, audio: true },
    });
    const [track] = stream.getTracks();
    const told = new Promise((resolve) => globalThis.engine.on("screenSharingEnded", resolve));
    track.dispatchEvent(new Event("ended"));
    const isSame = (await told) === stream;
    return [globalThis.asked, isSame, track.readyState];
  });
  const video = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 20 } };
  assert.deepEqual(seen, [{ video, audio: true }, true, "ended"]);
});

test("a camera that ends by itself is told by its code", async () => {
  const client = await stage.client("ada");
  await client.page.evaluate(async () => {
    const stream = await globalThis.engine.createStream();
    for (const track of stream.getTracks()) track.dispatchEvent(new Event("ended"));
    globalThis.engine.destroyStream(stream);
    for (const track of stream.getTracks()) track.dispatchEvent(new Event("ended"));
  });
  await client.until("deviceError", (code) => code === 1106010);
  await client.until("deviceError", (code) => code === 1106009);
  await client.settle();
  assert.equal(client.told("deviceError").length, 2, "none once the stream is destroyed");
});

test("refusals have their codes", async () => {
  const client = await stage.client("ada");
  const codeOf = async (method, ...args) => (await client.attempt(method, ...args)).error?.code;
  const exact = { camera: { videoInput: "no-such-device", audio: false } };
  assert.equal(await codeOf("createStream", exact), 1103066);
  // Errors that a browser with devices cannot be made to raise.
  for (const [name, code] of [
    ["NotAllowedError", 1103064],
    ["SecurityError", 1103064],
    ["NotFoundError", 1103048],
    ["NotReadableError", 1103065],
    ["AbortError", 1103065],
    ["SomethingNew", 1103061],
  ]) {
    await client.page.evaluate((error) => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("", error);
      };
    }, name);
    assert.equal(await codeOf("createStream"), code, name);
    assert.equal(await codeOf("createZegoStream"), code, name);
  }
  await client.page.evaluate(() => {
    delete navigator.mediaDevices.getUserMedia;
    navigator.mediaDevices.getDisplayMedia = async () => {
      throw new DOMException("", "NotAllowedError");
    };
  });
  assert.equal(await codeOf("createStream", { screen: true }), 1103042);
  await client.page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = undefined;
  });
  assert.equal(await codeOf("createStream", { screen: true }), 1103043);
});

test("a page without permission is refused by the browser itself", async () => {
  const context = await stage.context({ permissions: [] });
  const page = await context.newPage();
  await page.goto(`${stage.server.url}/health`);
  const code = await page.evaluate(async (origin) => {
    const { init, ExpressEngine } = await import("/sdk/index.js");
    await init();
    const frame = document.createElement("iframe");
    frame.allow = "camera 'none'; microphone 'none'";
    document.body.append(frame);
    // The frame may not use devices, however the browser answers prompts.
    navigator.mediaDevices.getUserMedia = (constraints) =>
      frame.contentWindow.navigator.mediaDevices.getUserMedia(constraints);
    return new ExpressEngine(1, origin).createStream().catch((error) => error.code);
  }, stage.server.url);
  assert.equal(code, 1103064);
});

test("an insecure page is told to use https", async () => {
  const context = await stage.context();
  const page = await context.newPage();
  await page.goto(`${stage.server.url}/health`);
  const codes = await page.evaluate(async (origin) => {
    Object.defineProperty(navigator, "mediaDevices", { value: undefined });
    const { init, ExpressEngine } = await import("/sdk/index.js");
    await init();
    const engine = new ExpressEngine(1, origin);
    const codeOf = (promise) => promise.catch((error) => error.code);
    return [
      await codeOf(engine.createStream()),
      await codeOf(engine.enumDevices()),
      (await engine.checkSystemRequirements("camera")).result,
    ];
  }, stage.server.url);
  assert.deepEqual(codes, [1103053, 1103053, false]);
});
