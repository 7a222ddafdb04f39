// The server dies, hangs, or does not answer.

import assert from "node:assert/strict";
import { lasted } from "./lasting.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import {
  assertMediaBackAnew,
  assertMediaStates,
  assertMediaUntold,
  assertRoomStates,
  assertUntold,
  BACK,
  caughtUp,
  marks,
  untilMessage,
  users,
} from "./states.mjs";

/** Waits of up to 8 s between tries, a try of 8 s, and another 8 s for media. */
const RECOVERY_MS = 40_000;
/** How long one try to open a link may take (ROOM-06). */
const CONNECT_TIMEOUT_MS = 8000;

inBrowsers(
  ["chromium"],
  (kind) => {
    const playing = (play) => async (stage, t) => play(stage, await streaming(stage, kind), t);
    scene("room_09 a server that is killed and started at once: all are back", playing(killed(0)));
    scene("room_09 a server that is gone for 5 s: all are back", playing(killed(5000)));
    scene("room_08 a server that stood still for 6 s: nobody is told of anybody", playing(paused));
    scene("room_03 a server that accepts and never answers does not hang a login", (stage) =>
      silentLogin(stage, kind),
    );
    scene("media_08 connections that are reset do not touch media", playing(reset));
  },
  { concurrency: 2 },
);

/** Ada publishes, Bo plays. */
async function streaming(stage, kind) {
  const { ada, bo } = await stage.pair("room", { kind });
  await stage.playing(ada, bo, "stream");
  await caughtUp(ada, bo);
  return { ada, bo, since: marks(ada, bo) };
}

/** Kills the server and starts it again after that time; it has forgotten everyone. */
function killed(away_ms) {
  return async (stage, { ada, bo, since }) => {
    const { at_ms } = await stage.server.kill();
    await lasted(at_ms, away_ms);
    await stage.server.start();
    await untilResumed({ ada, bo, since });
    await caughtUp(ada, bo);
    for (const client of [ada, bo]) assertRoomStates(client, since[client.userID], BACK);
    assertMediaBackAnew(ada, since.ada, "publisher");
    assertMediaBackAnew(bo, since.bo, "player");
    // The first to be back finds the room empty and may be told so; then the other comes.
    for (const [client, other] of [
      [ada, "bo"],
      [bo, "ada"],
    ]) {
      const told = users(client, since[client.userID]).join();
      assert.ok(["", `DELETE ${other},ADD ${other}`].includes(told), `${client.userID}: ${told}`);
    }
    await stage.assertPlays(ada, bo);
    await ada.call("sendBroadcastMessage", "room", "after");
    await untilMessage(bo, "after", { since: since.bo });
  };
}

async function paused(stage, { ada, bo, since }) {
  const { at_ms } = await stage.server.pause();
  await lasted(at_ms, 6000);
  await stage.server.resume();
  await untilResumed({ ada, bo, since });
  await caughtUp(ada, bo);
  for (const client of [ada, bo]) {
    assertRoomStates(client, since[client.userID], BACK);
    for (const name of ["roomUserUpdate", "roomStreamUpdate"]) {
      assert.deepEqual(client.told(name, since[client.userID]), []);
    }
  }
  assertMediaStates(ada, since.ada, "publisher", ["PUBLISH_REQUESTING", "PUBLISHING"]);
  assertMediaStates(bo, since.bo, "player", ["PLAY_REQUESTING", "PLAYING"]);
  await stage.assertPlays(ada, bo);
}

/** While it is paused, its kernel accepts connections, on which nothing is ever said. */
async function silentLogin(stage, kind) {
  const ada = await stage.client("ada", { kind });
  const { at_ms } = await stage.server.pause();
  const loggedIn = ada.login("room");
  loggedIn.catch(() => {});
  await ada.untilRoom("LOGINING");
  const isNext = ({ layer, attempt, nextAttemptInMs }) =>
    layer === "room" && attempt === 2 && nextAttemptInMs === 0;
  const second = await ada.until("retryUpdate", isNext, { deadline_ms: 2 * CONNECT_TIMEOUT_MS });
  assert.ok(second.at_ms - at_ms >= CONNECT_TIMEOUT_MS, "one try had its time");
  await stage.server.resume();
  assert.equal(await loggedIn, true);
  await caughtUp(ada);
  assertRoomStates(ada, 0, ["LOGINING 0", "LOGINED 0"]);
}

async function reset(stage, { ada, bo, since }) {
  const { at_ms } = await stage.rig.reset("wifi0");
  const lost = await ada.untilRoom("RECONNECTING", { since: since.ada });
  assert.ok(lost.at_ms - at_ms <= 3000, `${lost.at_ms - at_ms} ms`);
  await ada.untilRoom("RECONNECTED", { since: since.ada, deadline_ms: RECOVERY_MS });
  await ada.call("sendBroadcastMessage", "room", "back");
  await untilMessage(bo, "back", { since: since.bo });
  await stage.assertPlays(ada, bo);
  await caughtUp(ada, bo);
  assertRoomStates(ada, since.ada, BACK);
  assertUntold(bo, since.bo);
  for (const client of [ada, bo]) assertMediaUntold(client, since[client.userID]);
}

function untilResumed({ ada, bo, since }) {
  const deadline_ms = RECOVERY_MS;
  return Promise.all([
    ada.untilRoom("RECONNECTED", { since: since.ada, deadline_ms }),
    bo.untilRoom("RECONNECTED", { since: since.bo, deadline_ms }),
    ada.untilPublisher("PUBLISHING", "stream", { since: since.ada, deadline_ms }),
    bo.untilPlayer("PLAYING", "stream", { since: since.bo, deadline_ms }),
  ]);
}
