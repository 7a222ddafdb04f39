// What the far side hears of a stream after its volume was set.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATIENCE_MS, withDeadline } from "./harness/deadline.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage({ browserArgs: ["--use-fake-device-for-media-stream=device-count=3"] });

/** Ada publishes and Bo hears her; `contexts` in Ada's page lists the audio contexts. */
async function hearing() {
  const [ada, bo] = await stage.clientsIn(stage.name("room"), "ada", "bo");
  const id = stage.name("stream");
  await ada.page.evaluate(() => {
    globalThis.contexts = [];
    globalThis.AudioContext = class extends AudioContext {
      constructor() {
        super();
        globalThis.contexts.push(this);
      }
    };
  });
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  await untilHeard(bo, true);
  return { ada, bo };
}

test("pub_09 a silent volume outlives the microphone and its settings, in one context", async () => {
  const { ada, bo } = await hearing();
  const stream = { $: "local" };
  await ada.call("setAudioConfig", stream, { ANS: false, AEC: false });
  await ada.call("setCaptureVolume", stream, 0);
  await untilHeard(bo, false);
  const microphones = await ada.call("getMicrophones");
  await ada.call("useAudioDevice", stream, microphones.at(-1).deviceID);
  await assertSilent(bo);
  await ada.call("setAudioConfig", stream, { AGC: false });
  await assertSilent(bo);
  for (const { deviceID } of [...microphones, ...microphones, ...microphones]) {
    await ada.call("useAudioDevice", stream, deviceID);
    await ada.call("setCaptureVolume", stream, 0);
  }
  await assertSilent(bo);
  await ada.call("setCaptureVolume", stream, 150);
  await untilHeard(bo, true);
  const contexts = () => ada.page.evaluate(() => globalThis.contexts.map(({ state }) => state));
  assert.deepEqual(await contexts(), ["running"]);
  await ada.page.evaluate(() => globalThis.engine.destroyStream(globalThis.local));
  assert.deepEqual(await contexts(), ["closed"]);
});

test("pub_09 the settings of a microphone outlive volume and device", async () => {
  const client = await stage.client("ada");
  const seen = await client.page.evaluate(async () => {
    const { engine } = globalThis;
    const stream = await engine.createStream({ camera: { video: false } });
    await engine.setAudioConfig(stream, { ANS: false, AEC: false });
    await engine.setCaptureVolume(stream, 50);
    const asked = [];
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (constraints) => {
      asked.push(constraints.audio);
      return real(constraints);
    };
    const microphones = await engine.getMicrophones();
    const { deviceID } = microphones.at(-1);
    await engine.useAudioDevice(stream, deviceID);
    await engine.setAudioConfig(stream, { AGC: false });
    return [asked, deviceID];
  });
  const [[first, second], exact] = seen;
  const kept = { noiseSuppression: false, echoCancellation: false, deviceId: { exact } };
  assert.deepEqual(first, kept);
  assert.deepEqual(second, { ...kept, autoGainControl: false });
});

test("pub_09 sound that a phone call suspended is heard again", async () => {
  const { ada, bo } = await hearing();
  await ada.call("setCaptureVolume", { $: "local" }, 150);
  await untilHeard(bo, true);
  const states = await ada.page.evaluate(async () => {
    const [context] = globalThis.contexts;
    const states = [];
    const isBack = new Promise((resolve) => {
      context.addEventListener("statechange", () => {
        states.push(context.state);
        if (context.state === "running") resolve();
      });
    });
    await context.suspend();
    await isBack;
    return states;
  });
  assert.equal(states.at(-1), "running");
  await untilHeard(bo, true);
});

/** The audio energy that a client receives within some time. */
function energy(client, ms) {
  return client.page.evaluate(async (window_ms) => {
    const look = async () => {
      const reports = await Promise.all(globalThis.peers.map((peer) => peer.getStats()));
      const all = reports.flatMap((report) => [...report.values()]);
      const sums = all.map(({ type, totalAudioEnergy = 0 }) =>
        type === "inbound-rtp" ? totalAudioEnergy : 0,
      );
      return sums.reduce((sum, more) => sum + more, 0);
    };
    const before = await look();
    await new Promise((resolve) => setTimeout(resolve, window_ms));
    return (await look()) - before;
  }, ms);
}

/** The fake microphone beeps once a second. */
const BEEP_MS = 1500;
const SILENCE = 0.001;

async function untilHeard(client, isLoud) {
  const heard = async () => {
    for (;;) if ((await energy(client, BEEP_MS)) > SILENCE === isLoud) return;
  };
  await withDeadline(
    heard(),
    PATIENCE_MS,
    () => `${client.userID}: not ${isLoud ? "loud" : "silent"}`,
  );
}

async function assertSilent(client) {
  const heard = await energy(client, BEEP_MS);
  assert.ok(heard < SILENCE, `${heard} is heard`);
}
