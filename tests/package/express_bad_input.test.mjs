// Every method of the compatible package, whatever it is given: a result, or an Error with a code.
// Of those with habits of their own it is said which.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useGround } from "./ground.mjs";
import { openEngine } from "./outcomes.mjs";

const ground = useGround();

const NOTHING = "returns undefined";
const NO_DEVICE = 'resolves {"errorCode":1103048,"extendedData":"device is not found"}';

/** What methods give for any bad argument, or how it begins; in a room or out of it. */
const ALWAYS = {
  "ZegoExpressEngine.setEngineOptions": NOTHING,
  "ZegoExpressEngine.setGeoFence": NOTHING,
  "ZegoExpressEngine.setCloudProxyConfig": NOTHING,
  "ZegoExpressEngine.setLocalProxyConfig": NOTHING,
  "ZegoExpressEngine.presetLogConfig": "returns true",
  "ZegoExpressEngine.use": NOTHING,
  "engine.getVersion": 'returns "3.12.0"',
  "engine.setEngineConfig": NOTHING,
  "engine.setLogConfig": "returns true",
  "engine.setRoomScenario": "returns true",
  "engine.setTurnServer": NOTHING,
  "engine.on": "returns false",
  "engine.off": "returns false",
  "engine.logoutRoom": NOTHING,
  "engine.renewToken": "returns false",
  "engine.startPublishingStream": "throws 1000002",
  "engine.stopPublishingStream": "returns ",
  "engine.stopPlayingStream": NOTHING,
  "engine.destroyStream": NOTHING,
  "engine.mutePublishStreamVideo": "returns false",
  "engine.mutePublishStreamAudio": "returns false",
  "engine.checkVideoTrackIsActive": "resolves false",
  "engine.checkAudioTrackIsActive": "resolves false",
  "engine.enableVideoCaptureDevice": "resolves false",
  "engine.setSoundLevelDelegate": NOTHING,
  "engine.getPublishingStreamQuality": "returns null",
  "engine.getPlayingStreamQuality": "returns null",
  "local.playVideo": NOTHING,
  "local.playCaptureVideo": NOTHING,
};

/** The same for an engine that lives. */
const ALIVE = {
  ...ALWAYS,
  "engine.loginRoom": "rejects 1100001",
  "engine.switchRoom": "rejects 1100001",
  "engine.createStream": "resolves stream of 2",
  "engine.replaceTrack": 'resolves {"errorCode":1100001',
  "engine.updatePublishingStream": 'resolves {"errorCode":1100001',
  "engine.setVideoConfig": "rejects 1100001",
  "engine.setAudioConfig": 'resolves {"errorCode":1100001',
  "engine.setCaptureVolume": 'resolves {"errorCode":1100001',
  "engine.checkSystemRequirements": "resolves {",
  "engine.createLocalStreamView": "throws 1100001",
  "engine.createRemoteStreamView": "throws 1100001",
  "view.play": "throws 1100001",
};

/** The same for one that was destroyed. */
const DESTROYED = {
  ...ALWAYS,
  "engine.loginRoom": "rejects ",
  "engine.createStream": "rejects 1101000",
  "engine.createZegoStream": "rejects 1101000",
  "engine.replaceTrack": 'resolves {"errorCode":1101000',
  "engine.updatePublishingStream": 'resolves {"errorCode":1101000',
  "engine.setVideoConfig": "rejects 1101000",
  "engine.setAudioConfig": 'resolves {"errorCode":1101000',
  "engine.setCaptureVolume": 'resolves {"errorCode":1101000',
  "engine.createLocalStreamView": "throws 1101000",
};

/** Calls everything in a page that `prepare` has changed, and compares what comes of it. */
async function assertOutcomes(prepare, inputs, expected) {
  const { page, faults } = await openEngine(ground);
  await page.evaluate(prepare);
  const found = await page.evaluate(callAllInPage, inputs);
  const wrong = Object.entries(found).flatMap(([method, outcomes]) =>
    Object.entries(outcomes)
      .filter(
        ([result]) => /strange|pending/.test(result) || !result.startsWith(expected[method] ?? ""),
      )
      .map(([result, names]) => `${method}(${names}) ${result}`),
  );
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    Object.keys(expected).filter((method) => !found[method]),
    [],
  );
  assert.deepEqual(faults, []);
  assert.ok(Object.keys(found).length > 90, `${Object.keys(found).length} methods`);
}

test("before login, whatever the arguments", async () => {
  await assertOutcomes(() => {}, "values", ALIVE);
});

test("after destroyEngine", async () => {
  await assertOutcomes(() => engine.destroyEngine(), "few", DESTROYED);
});

test("a device by an empty ID, in both forms of a stream", async () => {
  const { page } = await openEngine(ground);
  const found = await page.evaluate(async () => [
    await outcome(() => engine.useVideoDevice(null, "")),
    await outcome(() => engine.useAudioDevice(local, "")),
  ]);
  assert.deepEqual(found, [NO_DEVICE, NO_DEVICE]);
});

test("from inside a listener, twice", async () => {
  const { page, faults } = await openEngine(ground);
  const wrong = await page.evaluate(async () => {
    const told = new Promise((resolve) => engine.once("deviceError", resolve));
    const results = [];
    engine.on("deviceError", () => {
      for (const name of Object.keys(Object.getPrototypeOf(engine))) {
        if (name === "destroyEngine") continue;
        for (const times of [1, 2]) results.push(outcome(() => engine[name](times)));
      }
    });
    camera.getTracks()[0].dispatchEvent(new Event("ended"));
    await told;
    return (await Promise.all(results)).filter((result) => result.includes("strange"));
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual(faults, []);
});

/** Returns for each method its outcomes, each with the names of the inputs that lead to it. */
async function callAllInPage(inputs) {
  const huge = "x".repeat(1e5);
  const proxy = (value) => new Proxy(value, {});
  const values = {
    null: null,
    number: 5,
    nan: Number.NaN,
    true: true,
    empty: "",
    text: "text",
    huge,
    lone: "\ud800",
    object: {},
    list: [],
    function: () => {},
    proxy: proxy({}),
    proxyFunction: proxy(() => {}),
  };
  const all = { nothing: [] };
  for (const [name, value] of Object.entries(values)) all[name] = Array(4).fill(value);
  if (inputs === "few")
    for (const name in all) if (!["nothing", "text"].includes(name)) delete all[name];
  const targets = { ZegoExpressEngine, engine, local, view: globalThis.view };
  const ends = ["destroyEngine", "length", "name", "prototype", "constructor"];
  const namesOf = (target) => {
    const names = new Set();
    let at = typeof target === "function" ? target : Object.getPrototypeOf(target);
    const end = typeof target === "function" ? Function.prototype : Object.prototype;
    for (; at !== end; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) {
        const { value } = Object.getOwnPropertyDescriptor(at, name);
        if (typeof value === "function" && !ends.includes(name)) names.add(name);
      }
    }
    return [...names];
  };
  const found = {};
  for (const [target, object] of Object.entries(targets)) {
    for (const name of namesOf(object)) {
      const outcomes = {};
      await Promise.all(
        Object.entries(all).map(async ([input, args]) => {
          const result = await outcome(() => object[name](...args));
          outcomes[result] = [outcomes[result], input].filter(Boolean).join(" ");
        }),
      );
      const sorted = Object.entries(outcomes).map(([result, names]) => [
        result,
        names.split(" ").sort().join(" "),
      ]);
      found[`${target}.${name}`] = Object.fromEntries(sorted.sort());
    }
  }
  return found;
}
