// An outage of media as its scenes see it: who streams to whom before it, that media flows again
// after it, and what was told meanwhile.

import assert from "node:assert/strict";
import { explained } from "./evidence.mjs";
import { assertOwn, noteOwn } from "./kept.mjs";
import { assertRoomStates, BACK, caughtUp, marks } from "./states.mjs";
import { until } from "./until.mjs";

const GOOD = { publisher: "PUBLISHING", player: "PLAYING" };
const LOST = { publisher: "PUBLISH_REQUESTING", player: "PLAY_REQUESTING" };
/** How many more frames make a moving picture. */
const FRAMES = 15;
/** Waits of up to 8 s between tries, and a try of a media session. */
export const RECOVERY_MS = 25_000;

/**
 * Streams, runs the fault, and asserts that the apps' own streams stay theirs. A failure says
 * what the pages saw.
 *
 * @param streams `[publisher, player, streamID]` of each.
 * @param play Called with the marks of the clients before the fault.
 * @param options `playOptions` of the players; `keeping`: whose streams stay, if not everyone's.
 */
export async function outage(stage, streams, play, { playOptions, keeping } = {}) {
  const clients = clientsOf(streams);
  for (const [publisher, player, id] of streams) {
    await publisher.publish(id);
    await player.untilStream("ADD", id);
    await player.play(id, playOptions);
    await assertShown(stage, publisher, player);
  }
  await noteOwn(...clients);
  await caughtUp(...clients);
  await explained(clients, stage.server, async () => {
    await play(marks(...clients));
    await assertOwn(...(keeping ?? clients));
  });
}

/** Waits until each stream flows again after that time, and all its ends say so. */
export async function untilFlowing(stage, streams, { after_ms, since, deadline_ms = RECOVERY_MS }) {
  await Promise.all(
    streams.map(async ([publisher, player]) => {
      await player.untilFrame({ after_ms, deadline_ms });
      await assertShown(stage, publisher, player);
    }),
  );
  for (const [publisher, player, id] of streams) {
    await untilGood(publisher, "publisher", id, since[publisher.userID], deadline_ms);
    await untilGood(player, "player", id, since[player.userID], deadline_ms);
  }
  await caughtUp(...clientsOf(streams));
}

/** All publishers and players, each once. */
function clientsOf(streams) {
  return [...new Set(streams.flatMap((stream) => stream.slice(0, 2)))];
}

/** Asserts that the picture moves. Firefox counts the frames it decodes, not its video element's. */
async function assertShown(stage, publisher, player) {
  if (player.browser.kind !== "firefox") return stage.assertPlays(publisher, player);
  const before = await player.framesDecoded();
  const hasMore = async () => (await player.framesDecoded()) > before + FRAMES;
  await until("more frames decoded", hasMore, RECOVERY_MS);
}

/** If the loss of a stream was told, waits until its return is told. */
async function untilGood(client, layer, id, since, deadline_ms) {
  const name = `${layer}StateUpdate`;
  const isOf = (event) => event.name === name && event.args[0].streamID === id;
  const last = client.events.findLastIndex((event, i) => i >= since && isOf(event));
  if (last < 0) return;
  const isGood = ({ state, streamID }) => state === GOOD[layer] && streamID === id;
  await client.until(name, isGood, { since: last, deadline_ms });
}

/**
 * Asserts that a client was told of at most one outage of the layer, and with a code.
 *
 * @param told Whether it was told of it: true, false, or undefined if that depends on chance.
 */
export function assertOneOutage(client, since, layer, told) {
  const isTold = told ?? client.told(`${layer}StateUpdate`, since).length > 0;
  assertTold(client, since, layer, isTold ? [`${LOST[layer]} lost`, GOOD[layer]] : []);
}

/**
 * Asserts all states of a client's layer, in order; with a code other than 0 as `"PLAY_REQUESTING
 * lost"`. A change of the cause alone is not another state.
 */
export function assertTold(client, since, layer, expected) {
  const updates = client.told(`${layer}StateUpdate`, since).map(([update]) => update);
  const all = updates.map(({ state, errorCode }) => (errorCode === 0 ? state : `${state} lost`));
  const states = all.filter((state, i) => state !== all[i - 1]);
  assert.deepEqual(states, expected, `${client.userID}: ${JSON.stringify(updates)}`);
}

/** Asserts that the room stayed, or was lost and found again once. */
export function assertRoomHeld(client, since) {
  const isUntold = client.told("roomStateChanged", since).length === 0;
  assertRoomStates(client, since, isUntold ? [] : BACK);
}
