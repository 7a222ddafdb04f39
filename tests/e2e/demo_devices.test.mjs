// The demo page's devices: tried before joining, changed and lost in the room.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertUsable, keepPicture, open, pair, REMOTE, untilState } from "./harness/demo_page.mjs";
import { assertPlays } from "./harness/picture.mjs";
import { Server } from "./harness/server.mjs";
import { useStage } from "./harness/stage.mjs";

// The second of Chromium's fake cameras shows depth, which is not sent as a picture.
const stage = useStage({ browserArgs: ["--use-fake-device-for-media-stream=device-count=3"] });
const OWN = '[data-tile="camera"]';

for (const { name, ...device } of [
  { name: "join", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "join-phone", viewport: { width: 360, height: 1000 }, colorScheme: "dark" },
]) {
  test(`camera and microphone can be tried and picked before joining, ${name}`, async () => {
    const { page, problems } = await open(stage, stage.name("room"), "Ada", { device });
    await page.click("#devices summary");
    await page.waitForSelector("#preview video");
    const height_px = await page.$eval("#join-form", (form) => form.offsetHeight);
    await assertPlays(page, "#preview video");
    await untilHeard(page);
    await keepPicture(page, `demo-${name}`);
    const cameras = await optionsOf(page, "#camera-device");
    const microphones = await optionsOf(page, "#microphone-device");
    assert.ok(cameras.length === 3 && cameras.every(Boolean), `cameras: ${cameras}`);
    assert.ok(microphones.length > 1 && microphones.every(Boolean), `microphones: ${microphones}`);
    const other = cameras.at(-1);
    await page.selectOption("#camera-device", other);
    await untilCamera(page, "#preview video", other);
    await assertPlays(page, "#preview video");
    assert.equal(await page.$eval("#join-form", (form) => form.offsetHeight), height_px);
    if (name === "join") await assertUsable(page);

    await page.click("#join");
    await untilState(page, `${OWN} .pill`, "PREVIEW");
    await page.click("#publish");
    await untilState(page, "#publisher-pill", "PUBLISHING");
    await untilCamera(page, `${OWN} video`, other);
    assert.equal(await page.inputValue("#camera-device"), other);
    const track = await page.evaluateHandle(trackOf, `${OWN} video`);
    await page.click("#leave");
    await untilState(page, "#room-pill", "LOGOUT");
    assert.equal(await track.evaluate(({ readyState }) => readyState), "ended");
    assert.deepEqual(problems, []);
  });
}

test("a preview stays through a login to an app of another number", async () => {
  const server = await Server.start(["--dev", "--app-id", "7"]);
  try {
    const { page, problems } = await open(
      { server, context: (options) => stage.context(options) },
      "lobby",
      "Ada",
    );
    await page.click("#devices summary");
    await page.waitForSelector("#preview video");
    const first = await page.evaluateHandle(trackOf, "#preview video");
    await page.click("#join");
    await untilState(page, "#room-pill", "LOGINED");
    await untilState(page, `${OWN} .pill`, "PREVIEW");
    await assertPlays(page, `${OWN} video`);
    assert.equal(await first.evaluate(({ readyState }) => readyState), "ended");
    assert.deepEqual(problems, []);
    await stage.closeContexts();
  } finally {
    await server.stop();
  }
});

test("a preview that is closed ends its capture", async () => {
  const { page } = await open(stage, stage.name("room"), "Ada");
  await page.click("#devices summary");
  await page.waitForSelector("#preview video");
  await assertPlays(page, "#preview video");
  const track = await page.evaluateHandle(trackOf, "#preview video");
  await page.click("#devices summary");
  await page.waitForSelector("#preview video", { state: "detached" });
  assert.equal(await track.evaluate(({ readyState }) => readyState), "ended");
});

test("without a preview, nothing is captured until it is asked for", async () => {
  const { page } = await open(stage, stage.name("room"), "Ada");
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
    globalThis.captures = 0;
    mediaDevices.getUserMedia = (constraints) => {
      globalThis.captures += 1;
      return getUserMedia(constraints);
    };
  });
  await page.click("#join");
  await untilState(page, "#room-pill", "LOGINED");
  assert.equal(await page.evaluate(() => globalThis.captures), 0);
  await page.click("#camera");
  await untilState(page, `${OWN} .pill`, "PREVIEW");
  assert.equal(await page.evaluate(() => globalThis.captures), 1);
});

test("another camera and microphone go on the air without a new session", async () => {
  const { ada, bo } = await pair(stage);
  const { page } = ada;
  await page.click("#devices summary");
  await untilHeard(page);
  for (const [list, video] of [
    ["#camera-device", `${OWN} video`],
    ["#microphone-device", null],
  ]) {
    const used = await page.inputValue(list);
    const other = (await optionsOf(page, list)).at(-1);
    assert.notEqual(other, used);
    await page.selectOption(list, other);
    if (video) await untilCamera(page, video, other);
    assert.equal(await page.inputValue(list), other);
  }
  await untilHeard(page);
  await assertPlays(bo.page, `${REMOTE} video`);
  const states = await page.$$eval('[data-event="publisherStateUpdate"] code', (entries) =>
    entries.map(({ textContent }) => JSON.parse(textContent).state),
  );
  assert.deepEqual(states, ["PUBLISH_REQUESTING", "PUBLISHING"]);

  await page.click("#mute");
  await page.waitForSelector('#mute[aria-pressed="true"]');
  await page.waitForFunction(() => document.getElementById("level").value === 0);
  await page.click("#mute");
  await untilHeard(page);
});

test("a camera that is unplugged is told, and another takes its place on the air", async () => {
  const { ada, bo } = await pair(stage);
  const { page } = ada;
  await page.click("#devices summary");
  const track = await page.evaluateHandle(trackOf, `${OWN} video`);
  await track.evaluate((camera) => {
    camera.stop();
    camera.dispatchEvent(new Event("ended")); // as the browser tells it
  });
  await page.locator("#notice").filter({ hasText: "The camera is gone." }).waitFor();
  const used = await page.inputValue("#camera-device");
  const other = (await optionsOf(page, "#camera-device")).at(-1);
  assert.notEqual(other, used);
  await page.selectOption("#camera-device", other);
  await untilCamera(page, `${OWN} video`, other);
  await assertPlays(bo.page, `${REMOTE} video`);
});

function untilHeard(page) {
  return page.waitForFunction(() => document.getElementById("level").value > 0);
}

function untilCamera(page, selector, deviceID) {
  return page.waitForFunction(
    ([video, wanted]) => {
      const [track] = document.querySelector(video).srcObject.getVideoTracks();
      return track.getSettings().deviceId === wanted;
    },
    [selector, deviceID],
  );
}

function optionsOf(page, selector) {
  return page.$$eval(`${selector} option`, (options) => options.map(({ value }) => value));
}

/** In the page: the camera that a video shows. */
function trackOf(selector) {
  return document.querySelector(selector).srcObject.getVideoTracks()[0];
}
