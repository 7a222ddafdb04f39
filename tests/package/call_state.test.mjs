// The state that the example's page shows, tested without page and engine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AT_FIRST, reduce, worstRetry } from "../../www/examples/react-call/src/call_state.js";

const room = (reason, message = "") => ({ type: "room", roomID: "lobby", reason, message });
const retry = (layer, id, more = {}) => ({
  type: "retry",
  nowMs: 5_000,
  update: {
    layer,
    id,
    cause: "remote",
    attempt: 2,
    nextAttemptInMs: 1_500,
    elapsedMs: 3_000,
    windowMs: 60_000,
    ...more,
  },
});
const after = (...actions) => actions.reduce(reduce, AT_FIRST);

test("a first try is no outage, a later one is told on the page's clock until it is over", () => {
  assert.equal(worstRetry(after(retry("room", "lobby", { cause: "start" }))), undefined);
  const lost = after(room("LOGINED"), retry("room", "lobby"));
  assert.deepEqual(worstRetry(lost), {
    layer: "room",
    id: "lobby",
    attempt: 2,
    nextAtMs: 6_500,
    beganAtMs: 2_000,
    windowMs: 60_000,
  });
  assert.equal(worstRetry(reduce(lost, room("RECONNECTED"))), undefined);
});

test("the room's outage is told before a stream's, and each ends by itself", () => {
  const lost = after(retry("play", "bo-camera"), retry("room", "lobby"));
  assert.equal(worstRetry(lost).layer, "room");
  const playing = { type: "stream", streamID: "bo-camera", state: "PLAYING" };
  assert.equal(worstRetry(reduce(lost, room("RECONNECTED"))).id, "bo-camera");
  assert.deepEqual(reduce(reduce(lost, room("RECONNECTED")), playing).retries, {});
});

test("a room that is given up is over, and says why", () => {
  const over = after(room("LOGINED"), retry("room", "lobby"), room("RECONNECT_FAILED", "over"));
  assert.deepEqual([over.phase, over.fault, worstRetry(over)], ["over", "over", undefined]);
});

test("a stream that comes again has one tile", () => {
  const tile = { streamID: "bo-camera", userID: "bo", name: "Bo", isOwn: false, media: null };
  const added = { type: "tile added", tile };
  const media = {};
  const state = after(added, { type: "picture", streamID: "bo-camera", media }, added);
  assert.deepEqual(state.tiles, [tile]);
  assert.deepEqual(reduce(state, { type: "tile removed", streamID: "bo-camera" }).tiles, []);
});

test("who is away is known once, until that user is back", () => {
  const away = { type: "user", userID: "bo", isAway: true };
  assert.deepEqual(after(away, away).away, ["bo"]);
  assert.deepEqual(after(away, { ...away, isAway: false }).away, []);
});
