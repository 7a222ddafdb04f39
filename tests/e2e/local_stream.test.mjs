// ZegoLocalStream stays one stream, whatever is captured into it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("a ZegoLocalStream is published, shown and changed on the air", async () => {
  const [ada, bo] = await stage.clientsIn("room", "ada", "bo");
  await ada.page.evaluate(async () => {
    document.body.append(Object.assign(document.createElement("div"), { id: "here" }));
    globalThis.zego = await globalThis.engine.createZegoStream();
    globalThis.changed = [];
    for (const event of ["videoTrackChanged", "audioTrackChanged", "captureVideoTrackChanged"]) {
      globalThis.zego.on(event, (track) => globalThis.changed.push([event, track.kind]));
    }
    globalThis.video.remove();
    const canPlay = new Promise((resolve) => globalThis.zego.on("canPlayVideo", resolve));
    globalThis.zego.playVideo(document.getElementById("here"), { mirror: true });
    await canPlay;
  });
  await assertPlays(ada.page, "#here video");
  await ada.call("startPublishingStream", "zego", { $: "zego" });
  await bo.untilStream("ADD", "zego");
  await bo.play("zego");
  await assertPlays(bo.page);

  const seen = await ada.page.evaluate(async () => {
    const { zego } = globalThis;
    const [before] = zego.getVideoTracks();
    const answers = [await zego.startCaptureCamera({ quality: 1 })];
    const [after] = zego.getVideoTracks();
    answers.push(await zego.stopCaptureAudio(), await zego.stopCaptureAudio());
    answers.push(await zego.startCaptureMicrophone({ AEC: false }));
    answers.push(await globalThis.engine.updatePublishingStream(zego, 2));
    return {
      answers,
      before: before.readyState,
      width: after.getSettings().width,
      kinds: zego
        .getTracks()
        .map(({ kind }) => kind)
        .sort(),
      changed: globalThis.changed,
      hasIDs: !!zego.id && !!zego.videoDeviceId && !!zego.audioDeviceId,
      isActive: zego.active,
      isOne: zego.stream === zego.videoCaptureStream && zego.stream === zego.audioCaptureStream,
      sound: zego.getAudioTracks().length,
      peers: globalThis.peers.length,
    };
  });
  const done = { errorCode: 0, extendedData: "" };
  assert.deepEqual(seen, {
    answers: [done, true, false, done, done],
    before: "ended",
    width: 320,
    kinds: ["audio", "video"],
    changed: [
      ["videoTrackChanged", "video"],
      ["captureVideoTrackChanged", "video"],
      ["audioTrackChanged", "audio"],
    ],
    hasIDs: true,
    isActive: true,
    isOne: true,
    sound: 1,
    peers: 1,
  });
  await assertPlays(bo.page);

  const ended = await ada.page.evaluate(() => {
    const tracks = globalThis.zego.getTracks();
    globalThis.engine.destroyStream(globalThis.zego);
    return [
      tracks.map(({ readyState }) => readyState),
      document.querySelectorAll("#here *").length,
    ];
  });
  assert.deepEqual(ended, [["ended", "ended"], 0]);
});

test("createZegoStream captures what its options name", async () => {
  const client = await stage.client("ada");
  const kinds = await client.page.evaluate(async () => {
    navigator.mediaDevices.getDisplayMedia = async () =>
      document.createElement("canvas").captureStream(1);
    const source = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const made = [];
    for (const options of [
      { autoCapture: false },
      { camera: { video: true, audio: false } },
      { camera: { video: false, audio: { channelCount: 1 } } },
      { screen: { video: true } },
      { custom: { video: { source }, audio: { source } } },
      { screen: { video: {} }, camera: { video: false } },
    ]) {
      const stream = await globalThis.engine.createZegoStream(options);
      made.push(
        stream
          .getTracks()
          .map(({ kind }) => kind)
          .sort(),
      );
      globalThis.engine.destroyStream(stream);
    }
    const live = source.getTracks().every(({ readyState }) => readyState === "live");
    const bad = await globalThis.engine
      .createZegoStream({ custom: { video: {} } })
      .catch(({ code }) => code);
    return [made, live, bad];
  });
  const made = [[], ["video"], ["audio"], ["video"], ["audio", "video"], ["audio", "video"]];
  assert.deepEqual(kinds, [made, true, 1100001]);
});

test("custom tracks and a screen take the place of what was captured", async () => {
  const client = await stage.client("ada");
  const seen = await client.page.evaluate(async () => {
    const screen = document.createElement("canvas").captureStream(1);
    navigator.mediaDevices.getDisplayMedia = async () => screen;
    const source = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const zego = await globalThis.engine.createZegoStream();
    const first = zego.getTracks();
    await zego.startCaptureCustomVideoAndAudio({ source }, { source });
    const isCustom = zego.getTracks().every((track) => source.getTracks().includes(track));
    await zego.startCaptureScreen();
    const ended = new Promise((resolve) => globalThis.engine.on("screenSharingEnded", resolve));
    const [track] = screen.getTracks();
    const isScreen = zego.getVideoTracks()[0] === track;
    track.dispatchEvent(new Event("ended"));
    const states = (tracks) => tracks.map(({ readyState }) => readyState).join();
    const isTold = (await ended) === zego;
    return [isCustom, isScreen, isTold, states(first), states(source.getTracks())];
  });
  assert.deepEqual(seen, [true, true, true, "ended,ended", "live,live"]);
});

test("what is played of a ZegoLocalStream", async () => {
  const client = await stage.client("ada");
  const seen = await client.page.evaluate(async () => {
    const [view, captureView] = [document.createElement("div"), document.createElement("div")];
    document.body.append(view, captureView);
    const zego = await globalThis.engine.createZegoStream({ view, captureView });
    const told = (event) => new Promise((resolve) => zego.on(event, resolve));
    const playing = [told("canPlayAudio"), told("canPlayCaptureAudio")];
    const videos = [told("canPlayVideo"), told("canPlayCaptureVideo")];
    zego.playAudio();
    zego.playCaptureAudio();
    await Promise.all([...playing, ...videos]);
    const count = () => view.childElementCount + captureView.childElementCount;
    const before = count();
    const picture = zego.takeStreamSnapshot();
    const answers = [zego.setVolume(50), await zego.useAudioOutputDevice("")];
    await Promise.all([zego.resumeVideo(), zego.resumeAudio()]);
    zego.stopAudio();
    zego.stopPlayCaptureAudio();
    zego.stopVideo();
    zego.stopPlayCaptureVideo();
    return [before, count(), picture.slice(0, 22), answers];
  });
  assert.deepEqual(seen, [2, 0, "data:image/png;base64,", [true, undefined]]);
});
