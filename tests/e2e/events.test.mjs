// The module's rows of news as events of the API, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsOf } from "../../pkg-template/events.js";

const ADA = { userID: "ada", userName: "Ada" };
const STREAM = { streamID: "s", user: ADA, extraInfo: "x" };

function assertTold(row, ...events) {
  assert.deepEqual(eventsOf(row), events);
}

test("what others send has the compatible shape", () => {
  const message = { fromUser: ADA, message: "hi", sendTime: 1_790_000_000_000 };
  const rest = ["r", "ada", "Ada", "hi", 1_790_000_000_000];
  assertTold([7, ...rest, 7], ["IMRecvBroadcastMessage", ["r", [{ ...message, messageID: 7 }]]]);
  assertTold([8, ...rest, 8], ["IMRecvBarrageMessage", ["r", [{ ...message, messageID: "8" }]]]);
  assertTold([9, "r", "ada", "Ada", "mute", 0, 0], ["IMRecvCustomCommand", ["r", ADA, "mute"]]);
  assertTold([10, "r", 3], ["roomOnlineUserCountUpdate", ["r", 3]]);
});

test("what changes in a room has the compatible shape", () => {
  const extra = { key: "k", value: "v", updateUser: ADA, updateTime: 1 };
  assertTold([3, "r", "k", "v", "ada", "Ada", 1], ["roomExtraInfoUpdate", ["r", [extra]]]);
  const stream = ["s", "ada", "Ada", "x", 0];
  assertTold([4, "r", ...stream], ["streamExtraInfoUpdate", ["r", [STREAM]]]);
  const reason = { stream_id: "s", code: 2, description: "heartbeat timeout" };
  const extended = JSON.stringify({ stream_delete_reason: [reason] });
  assertTold(
    [2, "r", 1, 2, "heartbeat timeout", ...stream],
    ["roomStreamUpdate", ["r", "DELETE", [STREAM], extended]],
  );
  assertTold(
    [2, "r", 0, 6, "removed by server", ...stream, ...stream],
    ["roomStreamUpdate", ["r", "ADD", [STREAM, STREAM], ""]],
  );
  assertTold([1, "r", 0, "ada", "Ada"], ["roomUserUpdate", ["r", "ADD", [ADA]]]);
  assertTold([5, "r", "ada", 1], ["remoteUserConnectionUpdate", ["r", "ada", "CONNECTED"]]);
  assertTold([5, "r", "ada", 0], ["remoteUserConnectionUpdate", ["r", "ada", "RECONNECTING"]]);
});

test("pub_08 what is muted is told device by device", () => {
  const camera = (state) => ["remoteCameraStatusUpdate", ["s", state]];
  const microphone = (state) => ["remoteMicStatusUpdate", ["s", state]];
  assertTold([13, "s", 3, 3], camera("MUTE"), microphone("MUTE"));
  assertTold([13, "s", 3, 1], camera("OPEN"), microphone("MUTE"));
  assertTold([13, "s", 1, 2], microphone("OPEN"));
  assertTold([13, "s", 4, 4]);
  const added = ["roomStreamUpdate", ["r", "ADD", [STREAM, STREAM], ""]];
  const streams = ["s", "ada", "Ada", "x", 3, "s", "ada", "Ada", "x", 0];
  assertTold([2, "r", 0, 6, "", ...streams], added, camera("MUTE"), microphone("MUTE"));
});

test("states have their names", () => {
  const update = { streamID: "s", errorCode: 0, extendedData: "" };
  assertTold([6, "s", 0, 2, 0], ["publisherStateUpdate", [{ ...update, state: "PUBLISHING" }]]);
  assertTold([6, "s", 1, 0, 0], ["playerStateUpdate", [{ ...update, state: "NO_PLAY" }]]);
  assertTold(
    [0, "r", 3, 1000017, ""],
    ["roomStateChanged", ["r", "RECONNECTING", 1000017, ""]],
    ["roomStateUpdate", ["r", "CONNECTING", 1000017, ""]],
  );
});

test("bey_01 a try is told with all that a progress bar needs", () => {
  const update = { layer: "publish", id: "s", cause: "too-soon", attempt: 2 };
  const times = { nextAttemptInMs: 250, elapsedMs: 1000, windowMs: 1_200_000 };
  const row = [12, "s", 1, 6, 2, 250, 1000, 1_200_000];
  for (const [reason, errorCode] of [
    ["", 0],
    ["no-server", 1102051],
  ]) {
    const told = { ...update, ...times, reason, errorCode };
    assertTold([...row, reason, errorCode], ["retryUpdate", [told]]);
  }
  assertTold([11, "r"], ["tokenWillExpire", ["r"]]);
});

test("room_11 a kick carries the server's words", () => {
  const extended = JSON.stringify({ custom_kickout_message: "bye" });
  assertTold(
    [0, "r", 6, 1002055, "bye"],
    ["roomStateChanged", ["r", "KICKOUT", 1002055, extended]],
    ["roomStateUpdate", ["r", "DISCONNECTED", 1002055, extended]],
  );
});
