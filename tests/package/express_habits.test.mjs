// What apps of the compatible SDK do that `holdfast-rtc` refuses. Each test is named after it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useGround } from "./ground.mjs";
import { openEngine } from "./outcomes.mjs";

const ground = useGround();

/** The outcomes of a table of calls, made one after another in the page. */
async function outcomes(table) {
  const { page, faults } = await openEngine(ground);
  const found = await page.evaluate(table);
  assert.deepEqual(faults, []);
  return found;
}

const DONE = 'resolves {"errorCode":0,"extendedData":""}';
const NO_DEVICE = 'resolves {"errorCode":1103048,"extendedData":"device is not found"}';

test("F2: asks for the version, and takes no branch for an old SDK", async () => {
  const found = await outcomes(() => [
    engine.getVersion() >= "2.17.0",
    ZegoExpressEngine.version >= "3.0.0",
    /^\d+\.\d+\.\d+$/.test(engine.holdfastVersion()),
    engine.holdfastVersion() !== engine.getVersion(),
  ]);
  assert.deepEqual(found, [true, true, true, true]);
});

test("F7: tidies up what is not there, just before it leaves the room", async () => {
  const found = await outcomes(async () => ({
    destroyNull: await outcome(() => engine.destroyStream(null)),
    destroyUndefined: await outcome(() => engine.destroyStream(undefined)),
    destroyTwice: await outcome(() => [engine.destroyStream(camera), engine.destroyStream(camera)]),
    stopPublishing: await outcome(() => engine.stopPublishingStream()),
    stopPublishingEmpty: await outcome(() => engine.stopPublishingStream("")),
    stopPlaying: await outcome(() => engine.stopPlayingStream()),
    stopPlayingEmpty: await outcome(() => engine.stopPlayingStream("")),
    muteVideo: await outcome(() => engine.mutePublishStreamVideo(null, true)),
    muteAudio: await outcome(() => engine.mutePublishStreamAudio(null, true)),
    logoutOther: await outcome(() => engine.logoutRoom("another")),
    playNowhere: await outcome(() => local.playVideo(undefined)),
    config: await outcome(() =>
      engine.setEngineConfig({ maxChannels: 4, playClearLastFrame: true }),
    ),
    replace: await outcome(() => engine.replaceTrack(local, null)),
    requirement: await outcome(() => engine.checkSystemRequirements("nonsense")),
  }));
  assert.deepEqual(found, {
    destroyNull: "returns undefined",
    destroyUndefined: "returns undefined",
    destroyTwice: "returns list of 2",
    stopPublishing: "returns false",
    stopPublishingEmpty: "returns false",
    stopPlaying: "returns undefined",
    stopPlayingEmpty: "returns undefined",
    muteVideo: "returns false",
    muteAudio: "returns false",
    logoutOther: "returns undefined",
    playNowhere: "returns undefined",
    config: "returns undefined",
    replace: 'resolves {"errorCode":1100001,"extendedData":"track must be a MediaStreamTrack"}',
    requirement: 'resolves {"result":false,"errInfo":{"extendedDate":"param error"}}',
  });
});

test("F8: switches a kind of source off by false", async () => {
  const found = await outcomes(async () => [
    await outcome(() => engine.createStream({ screen: false, camera: { video: true } })),
    await outcome(() => engine.createStream({ custom: null, camera: true })),
    await outcome(() => engine.createZegoStream({ screen: false, camera: { audio: false } })),
  ]);
  assert.deepEqual(found, ["resolves stream of 2", "resolves stream of 2", "resolves object"]);
});

test("F9: passes on what an empty input field gives as a bitrate", async () => {
  const found = await outcomes(async () => [
    await outcome(() => engine.createStream({ camera: { video: true, bitrate: 0 } })),
    await outcome(() => engine.createStream({ camera: { bitrate: Number.NaN, width: "" } })),
    await outcome(() => engine.createStream({ camera: { audioBitrate: 0, frameRate: 0 } })),
    await outcome(() => engine.createStream({ camera: { width: { ideal: 320 }, height: 240 } })),
    await outcome(() => engine.createZegoStream({ videoBitrate: 0, audioBitrate: Number.NaN })),
    await outcome(() => engine.createZegoStream({ videoBitrate: { startBitrate: "target" } })),
  ]);
  assert.deepEqual(found.slice(0, 4), Array(4).fill("resolves stream of 2"));
  assert.deepEqual(found.slice(4), Array(2).fill("resolves object"));
});

test("F9: a size that is a constraint is the picture's size", async () => {
  const size = await outcomes(async () => {
    const stream = await engine.createStream({
      camera: { width: { ideal: 320 }, height: { exact: 240 } },
    });
    const { width, height } = stream.getVideoTracks()[0].getSettings();
    return [width, height];
  });
  assert.deepEqual(size, [320, 240]);
});

test("F10: chooses a device that is gone, and reads errorCode", async () => {
  const found = await outcomes(async () => [
    await outcome(() => engine.useVideoDevice(camera, "gone")),
    await outcome(() => engine.useVideoDevice(local, "")),
    await outcome(() => engine.useAudioDevice(camera, "gone")),
    await outcome(() => engine.useAudioDevice(local, "")),
  ]);
  assert.deepEqual(found, Array(4).fill(NO_DEVICE));
});

test("F11: publishes before login, and catches what is thrown", async () => {
  const found = await outcomes(async () => [
    await outcome(() => engine.startPublishingStream("s", camera)),
    await outcome(() => engine.startPublishingStream("s", local)),
    await outcome(() => engine.startPublishingStream("", null)),
    await outcome(() => engine.setVideoConfig(camera, {})),
    await outcome(() => engine.setVideoConfig(camera, { width: 320, height: 240 })),
  ]);
  assert.deepEqual(found, [...Array(3).fill("throws 1000002"), "rejects 1100001", DONE]);
});

test("F11: publishes twice in a room, and once more after it was left", async () => {
  const room = ground.stage.name("room");
  const { page } = await openEngine(ground);
  const { token } = await ground.stage.server.devToken(room, "ada");
  const found = await page.evaluate(
    async ([room, token]) => [
      await outcome(() => engine.loginRoom(room, token, { userID: "ada" })),
      await outcome(() => engine.startPublishingStream("f11", camera)),
      await outcome(() => engine.startPublishingStream("f11", camera)),
      await outcome(() => engine.logoutRoom()),
      await outcome(() => engine.startPublishingStream("f11", camera)),
    ],
    [room, token],
  );
  const expected = ["resolves true", "returns true", "returns false", "returns undefined"];
  assert.deepEqual(found, [...expected, "throws 1000002"]);
});

test("F15: makes its engine while it loads, from variables that are not set", async () => {
  const found = await outcomes(async () => {
    const bare = new ZegoExpressEngine();
    const textual = new ZegoExpressEngine(Number.NaN, "nowhere");
    return [
      bare.getVersion(),
      bare.on("roomStateChanged", () => {}),
      await outcome(() => bare.loginRoom("room", "token", { userID: "ada" })),
      await outcome(() => textual.loginRoom("room", "token", { userID: "ada" })),
      await outcome(() => new ZegoExpressEngine("1", [location.origin]).holdfastVersion() !== ""),
      await outcome(() => bare.destroyEngine()),
    ];
  });
  assert.deepEqual(found, [
    "3.12.0",
    true,
    "rejects 1001004",
    "rejects 1001004",
    "returns true",
    "returns undefined",
  ]);
});

test("F15: sets up the SDK before it makes an engine", async () => {
  const found = await outcomes(async () => [
    await outcome(() => ZegoExpressEngine.setEngineOptions({ geoFenceType: 1 })),
    await outcome(() => ZegoExpressEngine.setGeoFence(1, [2])),
    await outcome(() => ZegoExpressEngine.setCloudProxyConfig([], "", false)),
    await outcome(() => ZegoExpressEngine.setLocalProxyConfig({}, false)),
    await outcome(() => ZegoExpressEngine.presetLogConfig({ logLevel: "error" })),
    await outcome(() => ZegoExpressEngine.use()),
    await outcome(() => engine.setLogConfig({ logLevel: 3 })),
    await outcome(() => engine.setLogConfig({ remoteLogLevel: "info" })),
    await outcome(() => engine.setRoomScenario(7)),
    await outcome(() => engine.setTurnServer([])),
    await outcome(() => engine.off("roomUserUpdate")),
    await outcome(() => engine.off("roomUserUpdate", () => {})),
    await outcome(() => engine.on("roomUserUpdate", Object) && engine.on("roomUserUpdate", Object)),
    await outcome(() => engine.off("nonsense")),
  ]);
  const [nothing, yes] = ["returns undefined", "returns true"];
  assert.deepEqual(found, [
    ...Array(4).fill(nothing),
    yes,
    nothing,
    ...Array(3).fill(yes),
    nothing,
    ...Array(3).fill(yes),
    "returns false",
  ]);
});
