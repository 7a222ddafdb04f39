// The same three cases as in the native simulator, told by the package's events: `cases.txt` is
// held to the simulator by `tests/sim/tests/testing_package.rs`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createWorld } from "./package.mjs";

const recorded = readFileSync(new URL("cases.txt", import.meta.url), "utf8")
  .trim()
  .split("\n\n");

const withCode = (text, code) => (code === 0 ? text : `${text} ${code}`);

/** The simulator's lines of each event, by the event's name. */
const LINES = {
  roomStateChanged: (_room, reason, code) => [withCode(reason, code)],
  roomUserUpdate: (_room, change, users) => users.map(({ userID }) => `user ${change} ${userID}`),
  roomStreamUpdate: (_room, change, streams, extendedData) =>
    streams.map(({ streamID }, place) => {
      const line = `stream ${change} ${streamID}`;
      if (change === "ADD") return line;
      return `${line} (${JSON.parse(extendedData).stream_delete_reason[place].code})`;
    }),
  publisherStateUpdate: ({ streamID, state, errorCode }) => [
    withCode(`${streamID} ${state}`, errorCode),
  ],
  playerStateUpdate: ({ streamID, state, errorCode }) => [
    withCode(`${streamID} ${state}`, errorCode),
  ],
  IMRecvBroadcastMessage: (_room, messages) =>
    messages.map(({ fromUser, message }) => `${fromUser.userID} says ${message}`),
};

function listen(world, user) {
  const story = [];
  for (const [event, lines] of Object.entries(LINES)) {
    user.on(event, (...args) => {
      const at = (world.nowMs / 1000).toFixed(3);
      for (const line of lines(...args)) story.push(`${user.userID} ${at} ${line}`);
    });
  }
  return story;
}

async function play(away) {
  const world = createWorld({ seed: 1 });
  const [alice, bob] = ["alice", "bob"].map((name) => world.user(name));
  world.setDelay("bob", "120ms");
  const stories = [alice, bob].map((user) => listen(world, user));
  const stream = await world.camera();
  const at = (moment) => world.advance(moment * 1000 - world.nowMs);
  bob.login("room");
  await at(10);
  alice.login("room");
  await at(20);
  alice.startPublishingStream("song", stream);
  bob.startPublishingStream("dance", stream);
  await at(25);
  // Given up in the last case.
  bob.startPlayingStream("song").catch(() => {});
  alice.startPlayingStream("dance").catch(() => {});
  await at(60);
  world.blackhole("alice");
  await at(70);
  bob.sendBroadcastMessage("room", "1.1");
  await at(60 + away);
  world.heal("alice");
  await at(1700);
  return [`away for ${away}s`, ...stories.flat()].join("\n");
}

for (const [place, [rules, away]] of [
  ["room_08 pub_04 back within grace", 30],
  ["room_09 back after grace", 180],
  ["room_10 not back within the window", 1500],
].entries()) {
  test(`case ${place + 1} ${rules}: as in the native simulator, to the millisecond`, async () => {
    assert.equal(await play(away), recorded[place]);
  });
}
