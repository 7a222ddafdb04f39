// The history of states, tries and recoveries, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Timeline } from "../../pkg-template/timeline.js";

const room = (state, code = 0) => ["roomStateChanged", ["r", state, code, ""]];
const player = (state, errorCode = 0) => [
  "playerStateUpdate",
  [{ streamID: "s", state, errorCode }],
];

test("bey_02 only a loss that ends well is a recovery", () => {
  const timeline = new Timeline();
  const told = [
    [room("LOGINING"), false],
    [room("LOGINED"), false],
    [player("PLAY_REQUESTING"), false],
    [player("PLAY_REQUESTING", 1104028), false], // never played yet: no loss
    [player("PLAYING"), false],
    [room("RECONNECTING", 1000017), false],
    [player("PLAY_REQUESTING", 1104028), false],
    [player("PLAY_REQUESTING", 1104030), false],
    [room("RECONNECTED"), true],
    [player("PLAYING"), true],
    [player("PLAY_REQUESTING", 1104028), false],
    [player("NO_PLAY", 1104031), false],
    [player("PLAY_REQUESTING"), false],
    [player("PLAYING"), false],
  ];
  for (const [event] of told) timeline.add(...event);
  const entries = timeline.entries();
  assert.deepEqual(
    entries.map(({ durationMs }) => durationMs >= 0),
    told.map(([, isRecovery]) => isRecovery),
  );
  const { durationMs, atMs, ...entry } = entries[9];
  assert.deepEqual(entry, { layer: "play", id: "s", state: "PLAYING", errorCode: 0 });
  // From the loss, not from the last try.
  assert.ok(
    durationMs >= entries[7].atMs - entries[6].atMs && durationMs <= atMs - entries[5].atMs,
  );
  for (const name of ["holdfast:room r", "holdfast:play s"]) {
    assert.equal(performance.getEntriesByName(name).length, 1, name);
  }
});

test("bey_02 the timeline keeps the last 500", () => {
  const timeline = new Timeline();
  for (let attempt = 1; attempt <= 600; attempt++) timeline.add("retryUpdate", [{ attempt }]);
  const entries = timeline.entries();
  assert.deepEqual([entries.length, entries[0].attempt, entries[499].attempt], [500, 101, 600]);
  entries.length = 0;
  assert.equal(timeline.entries().length, 500, "the app gets a copy");
});

test("bey_02 measures are bounded: the last of each name, and 500 names", () => {
  performance.clearMeasures();
  const timeline = new Timeline();
  const recover = (streamID) => {
    for (const state of ["PLAYING", "PLAY_REQUESTING", "PLAYING"]) {
      timeline.add("playerStateUpdate", [{ streamID, state, errorCode: 0 }]);
    }
  };
  const measured = () => performance.getEntriesByType("measure").map(({ name }) => name);
  performance.measure("the app's own");
  for (let i = 0; i < 1000; i++) recover("one");
  assert.deepEqual(measured(), ["the app's own", "holdfast:play one"]);
  for (let i = 0; i < 1000; i++) recover(`stream ${i}`);
  const names = measured();
  assert.deepEqual([names.length, names.at(-1)], [501, "holdfast:play stream 999"]);
  assert.ok(names.includes("the app's own"));
});
