// The volume of a stream's audio: it belongs to the stream and stays when the source changes.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as settings from "../../pkg-template/settings.js";
import * as streams from "../../pkg-template/streams.js";
import * as tracks from "../../pkg-template/tracks.js";
import * as volumes from "../../pkg-template/volume.js";
import { aHost, Context, Sender, Stream, standIn, Track } from "./stand_ins.mjs";

const asked = [];

/** A ZegoLocalStream with a microphone, published at this volume. */
async function onAir(volume) {
  asked.length = 0;
  standIn({
    async getUserMedia({ audio }) {
      asked.push(audio);
      return new Stream([new Track("audio", audio)]);
    },
  });
  const host = aHost();
  const zego = await streams.createZegoStream(host, { camera: { video: false } });
  host.published.set("s", zego.stream);
  host.senders = zego.getTracks().map((track) => new Sender(track));
  const [microphone] = zego.getTracks();
  if (volume !== undefined) await volumes.setCaptureVolume(host, zego, volume);
  return { host, zego, stream: zego.stream, microphone };
}

/** Asserts that the stream's audio goes through one context, from this track alone. */
function assertThrough({ host, stream }, label, factor) {
  const [context, ...others] = Context.all;
  assert.deepEqual(others, [], "one context for a stream");
  assert.deepEqual(
    [...context.inputs].map((track) => track.label),
    [label],
  );
  assert.equal(context.level.value, factor);
  const [track] = stream.getAudioTracks();
  assert.equal(track.label, "audio destination");
  assert.equal(host.senders[0].track, track);
}

const CHANGES = {
  useAudioDevice: [
    ({ host, zego }) => settings.useDevice(host, zego, "audio", "headset"),
    "headset",
  ],
  setAudioConfig: [
    ({ host, zego }) => settings.setAudioConfig(host, zego, { ANS: false }),
    "default",
  ],
  startCaptureMicrophone: [
    ({ zego }) => zego.startCaptureMicrophone({ input: "headset" }),
    "headset",
  ],
  startCaptureCustomAudio: [
    ({ zego, own }) => zego.startCaptureCustomAudio({ source: new Stream([own]) }),
    "own",
  ],
  replaceTrack: [({ host, zego, own }) => tracks.replaceTrack(host, zego, own), "own"],
  "stopCaptureAudio and startCaptureMicrophone": [
    async ({ zego }) => {
      await zego.stopCaptureAudio();
      await zego.startCaptureMicrophone({ input: "headset" });
    },
    "headset",
  ],
  "removeTrack and addTrack": [
    async ({ host, zego, own }) => {
      await tracks.removeTrack(host, zego, zego.getAudioTracks()[0]);
      await tracks.addTrack(host, zego, own);
    },
    "own",
  ],
};

for (const [name, [change, deviceId]] of Object.entries(CHANGES)) {
  test(`pub_09 the volume outlives ${name}`, async () => {
    const it = { ...(await onAir(0)), own: new Track("audio", {}, "own") };
    await change(it);
    assertThrough(it, `audio ${deviceId}`, 0);
  });
}

test("pub_09 a track that was taken away comes back with its sound", async () => {
  const it = await onAir(50);
  const { host, zego } = it;
  for (const track of [zego.getAudioTracks()[0], it.microphone]) {
    await tracks.removeTrack(host, zego, track);
    assert.deepEqual([zego.getAudioTracks(), host.senders[0].track], [[], null]);
    await tracks.addTrack(host, zego, track);
    assertThrough(it, "audio default", 0.5);
  }
});

test("pub_09 what a volume stands before is found by its own calls", async () => {
  const { host, zego, microphone } = await onAir(50);
  assert.equal(zego.audioDeviceId, "default");
  assert.equal(await tracks.isActive(host, zego, "audio"), true);
  const double = tracks.addTrack(host, zego, new Track("audio"));
  assert.equal(await double.catch(({ code }) => code), 1100001);
  microphone.end();
  assert.equal(await tracks.isActive(host, zego, "audio"), false);
  assert.deepEqual(host.told, [["deviceError", [1106009, "audio default"]]]);
});

test("pub_09 a microphone's settings outlive volume and device", async () => {
  const { host, zego } = await onAir();
  await settings.setAudioConfig(host, zego, { ANS: true, AEC: false });
  await volumes.setCaptureVolume(host, zego, 0);
  await settings.useDevice(host, zego, "audio", "headset");
  const processing = { noiseSuppression: true, echoCancellation: false };
  assert.deepEqual(asked.at(-1), { ...processing, deviceId: { exact: "headset" } });
  await settings.setAudioConfig(host, zego, { AGC: false });
  const all = { ...processing, autoGainControl: false, deviceId: { exact: "headset" } };
  assert.deepEqual(asked.at(-1), all);
});

test("pub_09 a mute holds while the volume is set, and ends as it began", async () => {
  const { host, zego, microphone } = await onAir();
  microphone.enabled = false; // as mutes do
  await volumes.setCaptureVolume(host, zego, 50);
  const [sent] = zego.getAudioTracks();
  assert.deepEqual([sent.enabled, microphone.enabled], [false, true]);
  await settings.useDevice(host, zego, "audio", "headset");
  assert.deepEqual([zego.getAudioTracks(), sent.enabled], [[sent], false]);
});

test("pub_09 volumes set at once, and over again, share one context", async () => {
  const it = await onAir();
  const { host, zego } = it;
  await volumes.setCaptureVolume(host, zego, 100);
  assert.equal(Context.all.length, 0, "what is as captured needs none");
  const set = (volume) => volumes.setCaptureVolume(host, zego, volume);
  await Promise.all([set(20), set(150)]);
  for (let i = 0; i < 20; i++) {
    await settings.useDevice(host, zego, "audio", `device ${i}`);
    await set(150);
  }
  assertThrough(it, "audio device 19", 1.5);
});

test("pub_09 the context ends with the stream, and with the engine", async () => {
  for (const end of [
    ({ host, zego }) => streams.destroyStream(host, zego),
    ({ host }) => host.destroy(),
  ]) {
    const it = await onAir(50);
    const [sent] = it.zego.getAudioTracks();
    end(it);
    assert.deepEqual([Context.all[0].state, sent.readyState], ["closed", "ended"]);
  }
});

test("pub_09 a context that stands still is resumed: at once, or by the next gesture", async () => {
  await onAir(50);
  const [context] = Context.all;
  context.become("suspended");
  assert.equal(context.state, "running");
  for (const chance of ["pointerdown", "keydown", "visibilitychange"]) {
    context.isFree = false;
    context.become("interrupted");
    document.dispatchEvent(new Event(chance));
    assert.equal(context.state, "interrupted", "the call goes on");
    context.isFree = true;
    document.dispatchEvent(new Event(chance));
    assert.equal(context.state, "running");
  }
});

test("pub_09 the app's own sound goes on when its stream is destroyed", async () => {
  const { host } = await onAir();
  const own = new Track("audio", {}, "own");
  const stream = await streams.createStream(host, { custom: { source: new Stream([own]) } });
  await volumes.setCaptureVolume(host, stream, 50);
  streams.destroyStream(host, stream);
  assert.deepEqual([own.readyState, Context.all[0].state], ["live", "closed"]);
});
