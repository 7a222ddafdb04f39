// Quality, sound levels, and mutes of played streams, with fake devices.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keysOf } from "../types/declarations.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

/** Ada publishes to Bo; both get quality events every second. */
async function playing() {
  const [room, id] = [stage.name("room"), stage.name("stream")];
  const users = [await stage.client("ada"), await stage.client("bo")];
  for (const user of users) {
    const intervals = { publishQualityInterval: 1000, playQualityInterval: 1 };
    await user.call("setEngineConfig", { ...intervals, roomRetryTime: 60 });
    await user.login(room);
  }
  const [ada, bo] = users;
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  return { id, ada, bo };
}

function assertKeys(value, name) {
  assert.deepEqual(Object.keys(value).sort(), keysOf(name), name);
}

test("quality events have plausible figures, and just the declared keys, on both sides", async () => {
  const { id, ada, bo } = await playing();
  const isFull = (streamID, { video, audio }) =>
    streamID === id && video.videoQuality === 0 && video.videoBitrate > 0 && audio.audioBitrate > 0;
  const [sent, received] = await Promise.all([
    ada.until("publishQualityUpdate", isFull),
    bo.until("playQualityUpdate", isFull),
  ]);
  const [, up] = sent.args;
  const [, down] = received.args;
  assertKeys(up, "PublishStats");
  assertKeys(up.video, "VideoStats");
  assertKeys(up.audio, "PublishAudioStats");
  assertKeys(down, "PlayStats");
  assertKeys(down.video, "PlayVideoStats");
  assertKeys(down.audio, "PlayAudioStats");
  const seen = JSON.stringify({ up, down });
  for (const { video, audio } of [up, down]) {
    assert.ok(video.frameWidth >= 160 && video.videoBitrate < 10_000, seen);
    assert.ok(video.videoFPS > 1 && video.videoFPS <= 60 && audio.audioBitrate < 600, seen);
    assert.ok(video.videoPacketsLostRate < 0.02 && audio.audioFPS > 20, seen);
    assert.deepEqual(
      [audio.audioCodec, video.muteState, audio.muteState],
      ["opus", "0", "0"],
      seen,
    );
    assert.ok(["VP8", "H264"].includes(video.googCodecName), seen);
  }
  assert.ok(down.video.videoFramesDecoded > 0 && down.video.videoRenderFPS > 1, seen);
  await ada.until("networkQuality", (...told) => `${told}` === ",0,-1");
  await bo.until("networkQuality", (...told) => `${told}` === ",-1,0");
  const last = await bo.page.evaluate((id) => globalThis.engine.getPlayingStreamQuality(id), id);
  assertKeys(last, "PlayStats");
  assert.equal(await bo.call("getPublishingStreamQuality", id), null);
});

test("nothing is excellent once nothing comes, and a stopped stream is told of no more", async () => {
  const { id, ada, bo } = await playing();
  await bo.until("playQualityUpdate", (_id, { video }) => video.videoQuality === 0);
  await ada.until("publishQualityUpdate", (_id, { video }) => video.videoQuality === 0);
  const since = { ada: ada.mark(), bo: bo.mark() };
  await stage.server.kill();
  await ada.until("networkQuality", (_user, up) => up === 4, { since: since.ada });
  await bo.until("networkQuality", (_user, _up, down) => down === 4, { since: since.bo });
  const dead = bo.mark();
  await bo.until("networkQuality", (_user, _up, down) => down === 4, { since: dead });
  assert.ok(!bo.told("networkQuality", dead).some(([, , down]) => down === 0));
  await stage.server.start();
  await bo.until("playQualityUpdate", (_id, { video }) => video.videoQuality === 0, {
    since: dead,
    deadline_ms: 40_000,
  });
  await bo.call("stopPlayingStream", id);
  await bo.untilPlayer("NO_PLAY", id);
  assert.equal(await bo.call("getPlayingStreamQuality", id), null);
});

test("the beeps of a fake microphone are heard on both sides, and a muted one is not", async () => {
  const { id, ada, bo } = await playing();
  for (const user of [ada, bo]) await user.call("setSoundLevelDelegate", true, 500);
  const of = (type, fits) => (levels) =>
    levels.some((level) => level.streamID === id && level.type === type && fits(level.soundLevel));
  await ada.until(
    "soundLevelUpdate",
    of("push", (level) => level > 0),
  );
  await ada.until("capturedSoundLevelUpdate", (level) => level > 0);
  const heard = await bo.until(
    "soundLevelUpdate",
    of("pull", (level) => level > 0),
  );
  assertKeys(heard.args[0][0], "SoundLevel");
  await ada.call("muteMicrophone", true);
  const since = ada.mark();
  await ada.until("capturedSoundLevelUpdate", (level) => level === 0, { since });
  await bo.until(
    "soundLevelUpdate",
    of("pull", (level) => level === 0),
    { since: bo.mark() },
  );
  const { error } = await ada.attempt("setSoundLevelDelegate", true, "often");
  assert.deepEqual([error.how, error.code], ["thrown", 1100001]);
});

test("play_06 mutes of what is played hold for its tracks, those of a later session too", async () => {
  const { id, bo } = await playing();
  const enabled = () =>
    bo.page.evaluate(() =>
      Object.fromEntries(globalThis.remote.getTracks().map(({ kind, enabled }) => [kind, enabled])),
    );
  assert.equal(await bo.call("mutePlayStreamAudio", id, true), true);
  assert.deepEqual(await enabled(), { audio: false, video: true });
  const since = bo.mark();
  await stage.server.kill();
  await bo.untilRoom("RECONNECTING", { since });
  await bo.call("muteAllPlayVideoStreams", true);
  await stage.server.start();
  await bo.untilPlayer("PLAYING", id, { since, deadline_ms: 40_000 });
  assert.deepEqual(await enabled(), { audio: false, video: false });
  await bo.until("playQualityUpdate", (_id, { audio }) => audio.muteState === "1", { since });
  await bo.call("muteAllPlayVideoStreams", false);
  await bo.call("muteAllPlayAudioStreams", false);
  assert.deepEqual(await enabled(), { audio: false, video: true });
});

test("states are written to the console once that is asked for, and no token is", async () => {
  const ada = await stage.client("ada");
  const lines = [];
  ada.page.on("console", (message) => lines.push(message.text()));
  assert.equal(await ada.call("setLogConfig", { logLevel: "loud" }), false);
  const room = stage.name("room");
  await ada.login(room);
  await ada.call("logoutRoom");
  await ada.untilRoom("LOGOUT");
  assert.deepEqual(lines, []);
  assert.equal(await ada.call("setLogConfig", { logLevel: "info" }), true);
  const { token } = await stage.server.devToken(room, "ada");
  await ada.call("loginRoom", room, token, { userID: "ada" });
  await ada.settle();
  assert.ok(lines.includes(`holdfast roomStateChanged ${room} LOGINED 0 `), lines.join("\n"));
  assert.ok(!lines.some((line) => line.includes(token)));
});
