// `setEngineConfig`'s argument, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { windows } from "../../pkg-template/arguments.js";

test("cfg_01 text and objects are read alike", () => {
  assert.deepEqual(windows("room_retry_time=600; av_retry_time=0;"), [
    "room_retry_time",
    600,
    "av_retry_time",
    0,
  ]);
  assert.deepEqual(windows({ roomRetryTime: 1.5, streamRetryTime: "x" }), [
    "roomRetryTime",
    1.5,
    "streamRetryTime",
    Number.NaN,
  ]);
});

test("cfg_01 what is no pair of key and seconds is an error", () => {
  for (const config of ["room_retry_time=x", "room_retry_time", "a=-1", undefined, null, 5]) {
    assert.throws(() => windows(config), { code: 1100001 }, String(config));
  }
});
