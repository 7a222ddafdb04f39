// Which devices there are, what the browser can do, and changing devices that are on the air.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATIENCE_MS, withDeadline } from "./harness/deadline.mjs";
import { assertAdvances } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

// The second of Chromium's fake cameras shows depth, which is not sent as a picture.
const stage = useStage({ browserArgs: ["--use-fake-device-for-media-stream=device-count=3"] });

test("devices are listed, and told once when they come and go", async () => {
  const client = await stage.client("ada");
  await client.call("createStream");
  const all = await client.call("enumDevices");
  assert.equal(all.cameras.length, 3);
  assert.ok(all.cameras.every(({ deviceID, deviceName }) => deviceID && deviceName));
  assert.deepEqual(await client.call("getCameras"), all.cameras);
  assert.deepEqual(await client.call("getMicrophones"), all.microphones);
  assert.deepEqual(await client.call("getSpeakers"), all.speakers);
  await client.settle();

  // There is no cable to pull here: the test changes the browser's list and fires its event instead.
  await client.page.evaluate(async () => {
    const { mediaDevices } = navigator;
    const [...devices] = await mediaDevices.enumerateDevices();
    const gone = devices.findIndex(({ kind }) => kind === "videoinput");
    mediaDevices.enumerateDevices = async () => [
      ...devices.filter((_, place) => place !== gone),
      { kind: "audiooutput", label: "Headset", deviceId: "headset" },
    ];
    for (let i = 0; i < 3; i++) mediaDevices.dispatchEvent(new Event("devicechange"));
  });
  const video = await client.until("videoDeviceStateChanged", () => true);
  assert.deepEqual(video.args, ["DELETE", all.cameras[0]]);
  const audio = await client.until("audioDeviceStateChanged", () => true);
  const headset = { deviceName: "Headset", deviceID: "headset" };
  assert.deepEqual(audio.args, ["ADD", "Output", headset]);
  const { length } = client.told("audioDeviceStateChanged");
  assert.equal(length, 1, "what stays is not told, and what came is told once");
});

test("checkSystemRequirements asks the browser", async () => {
  const client = await stage.client("ada");
  const all = await client.call("checkSystemRequirements");
  const { videoCodec, errInfo, ...others } = all;
  assert.deepEqual(others, {
    webRTC: true,
    customCapture: true,
    camera: true,
    microphone: true,
    screenSharing: true,
  });
  assert.equal(videoCodec.VP8, true);
  assert.deepEqual(Object.keys(videoCodec).sort(), ["H264", "H265", "VP8"]);
  assert.deepEqual(errInfo, {});
  const one = await client.call("checkSystemRequirements", "camera", 1);
  assert.deepEqual(one, { result: true, errInfo: {} });
  const { error } = await client.attempt("checkSystemRequirements", "telepathy");
  assert.equal(error.code, 1100001);
});

test("another camera and microphone go on the air without a new session", async () => {
  const { ada, bo } = await stage.playing();
  const before = await state(ada);
  const { cameras, microphones } = await ada.call("enumDevices");
  const camera = cameras.findLast(({ deviceID }) => deviceID !== before.video).deviceID;
  const microphone = microphones.find(({ deviceID }) => deviceID !== before.audio).deviceID;
  const done = { errorCode: 0, extendedData: "" };
  assert.deepEqual(await ada.call("useVideoDevice", { $: "local" }, camera), done);
  assert.deepEqual(await ada.call("useAudioDevice", { $: "local" }, microphone), done);
  const after = await state(ada);
  assert.equal(after.video, camera);
  assert.equal(after.audio, microphone);
  assert.deepEqual(after.sent, after.tracks, "what is sent are the stream's tracks");
  assert.equal(after.peers, before.peers);
  assert.ok(before.tracks.every((id) => !after.tracks.includes(id)));
  await assertAdvances(bo.page);
  assert.deepEqual(ada.told("publisherStateUpdate").length, 2, "requesting, publishing");

  assert.deepEqual(await ada.call("useFrontCamera", { $: "local" }, true), done);
  await assertAdvances(bo.page);
  const { error } = await ada.attempt("useVideoDevice", { $: "local" }, "no-such-device");
  assert.equal(error.code, 1103066);
  await assertAdvances(bo.page);
});

test("a camera switched off comes back on the same session", async () => {
  const { ada, bo } = await stage.playing();
  const before = await state(ada);
  assert.equal(await ada.call("enableVideoCaptureDevice", { $: "local" }, false), true);
  assert.equal(await ada.call("checkVideoTrackIsActive", { $: "local" }), false);
  assert.equal(await ada.call("checkAudioTrackIsActive", { $: "local" }), true);
  assert.equal(await ada.call("enableVideoCaptureDevice", { $: "local" }), true);
  assert.equal(await ada.call("checkVideoTrackIsActive", { $: "local" }), true);
  await assertAdvances(bo.page);
  assert.equal((await state(ada)).peers, before.peers);
});

test("pub_06 replaceTrack swaps what is sent, now and after a reconnect, and stops nothing", async () => {
  const { id, ada, bo } = await stage.playing();
  const before = await state(ada);
  await ada.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    const context = canvas.getContext("2d");
    setInterval(() => {
      context.fillStyle = `rgb(255, 0, ${Math.floor(Math.random() * 9)})`;
      context.fillRect(0, 0, 64, 48);
    }, 40);
    [globalThis.camera] = globalThis.local.getVideoTracks();
    [globalThis.red] = canvas.captureStream(25).getTracks();
  });
  await ada.call("replaceTrack", { $: "local" }, { $: "red" });
  await untilRed(bo);
  assert.equal((await state(ada)).peers, before.peers);
  assert.equal(await ada.page.evaluate(() => globalThis.camera.readyState), "live");

  await ada.call("stopPublishingStream", id);
  await ada.untilPublisher("NO_PUBLISH", id);
  const since = bo.mark();
  await bo.call("stopPlayingStream", id);
  await ada.call("startPublishingStream", id, { $: "local" });
  await bo.untilStream("ADD", id, { since });
  await bo.play(id);
  await untilRed(bo);

  await ada.call("removeTrack", { $: "local" }, { $: "red" });
  assert.deepEqual((await state(ada)).kinds, ["audio"]);
  await ada.call("addTrack", { $: "local" }, { $: "camera" });
  await assertAdvances(bo.page);
  assert.equal(await ada.page.evaluate(() => globalThis.red.readyState), "live");
});

test("a kind of track that the session has no place for is refused", async () => {
  const [ada] = await stage.clientsIn("room", "ada");
  await ada.page.evaluate(async () => {
    const source = { camera: { video: false } };
    globalThis.local = await globalThis.engine.createStream(source);
    const own = await navigator.mediaDevices.getUserMedia({ video: true });
    [globalThis.camera] = own.getTracks();
  });
  await ada.publish("sound");
  await ada.untilPublisher("PUBLISHING", "sound");
  const { error } = await ada.attempt("addTrack", { $: "local" }, { $: "camera" });
  assert.equal(error.code, 1103069);
  assert.deepEqual((await state(ada)).kinds, ["audio"], "and nothing has changed");
});

test("settings are applied to what is captured", async () => {
  const client = await stage.client("ada");
  await client.page.evaluate(async () => {
    globalThis.local = await globalThis.engine.createStream();
  });
  const stream = { $: "local" };
  await client.call("setVideoConfig", stream, { width: 320, height: 240, frameRate: 10 });
  await client.call("setAudioConfig", stream, { ANS: false, AGC: false, AEC: false });
  const settings = await client.page.evaluate(() => {
    const [audio, video] = ["audio", "video"].map((kind) =>
      globalThis.local
        .getTracks()
        .find((track) => track.kind === kind)
        .getSettings(),
    );
    return [video.width, video.height, video.frameRate, audio.echoCancellation];
  });
  assert.deepEqual(settings, [320, 240, 10, false]);
});

test("setCaptureVolume makes the sound louder or silent, and ends with its stream", async () => {
  const client = await stage.client("ada");
  const heard = await client.page.evaluate(async () => {
    const { engine } = globalThis;
    const stream = await engine.createStream({ camera: { video: false } });
    const [microphone] = stream.getTracks();
    await engine.setCaptureVolume(stream, 0);
    const [louder] = stream.getTracks();
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const peak = async (isLoud) => {
      for (;;) {
        await new Promise(requestAnimationFrame);
        analyser.getFloatTimeDomainData(samples);
        const most = Math.max(...samples);
        if (context.currentTime > 0 && isLoud === most > 0.01) return most;
      }
    };
    const silent = await peak(false);
    await engine.setCaptureVolume(stream, 200);
    const loud = await peak(true);
    engine.destroyStream(stream);
    return [silent, loud > 0.01, microphone.readyState, louder.readyState];
  });
  assert.deepEqual(heard, [0, true, "ended", "ended"]);
});

test("sound goes to the speaker that was chosen", async () => {
  const client = await stage.client("ada");
  await client.call("createStream");
  assert.equal(await client.call("useAudioOutputDevice", { $: "video" }, ""), true);
  const { error } = await client.attempt("useAudioOutputDevice", { $: "video" }, "no-such");
  assert.equal(error.code, 1103048);
});

/** What Ada captures and sends. */
function state(client) {
  return client.page.evaluate(() => {
    const tracks = globalThis.local.getTracks();
    const deviceOf = (kind) => tracks.find((track) => track.kind === kind)?.getSettings().deviceId;
    const live = globalThis.peers.filter(({ connectionState }) => connectionState !== "closed");
    const sent = live.flatMap((peer) => peer.getSenders().map(({ track }) => track?.id));
    return {
      video: deviceOf("video"),
      audio: deviceOf("audio"),
      kinds: tracks.map(({ kind }) => kind),
      tracks: tracks.map(({ id }) => id).sort(),
      sent: sent.sort(),
      peers: globalThis.peers.length,
    };
  });
}

/** Resolves when Bo's picture is red. */
function untilRed(client) {
  const red = client.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    for (;;) {
      context.drawImage(globalThis.video, 0, 0, 1, 1);
      const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
      if (red > 150 && green < 80 && blue < 80) return;
      await new Promise((resolve) => globalThis.video.requestVideoFrameCallback(resolve));
    }
  });
  return withDeadline(red, PATIENCE_MS, () => `${client.userID}: the picture never was red`);
}
