// A user who is away for longer than its grace: who is told of it, and how everything recovers.

import assert from "node:assert/strict";
import { lasted } from "./lasting.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import {
  assertMediaBackAnew,
  assertMediaStates,
  assertRoomStates,
  assertStreams,
  assertUsers,
  BACK,
  caughtUp,
  marks,
} from "./states.mjs";

const GRACE_MS = 5000;
const WINDOW_MS = 15_000;
const serverArgs = ["--dev", "--grace", String(GRACE_MS / 1000)];
const engineConfig = { roomRetryTime: WINDOW_MS / 1000, streamRetryTime: WINDOW_MS / 1000 };
/** How long after the last sign of life the server takes a link for dead. */
const SILENCE_MS = 10_000;
/** How much a page or the server may add on a busy machine. */
const LATE_MS = 1500;
/** The longest wait between tries, and a try of a media session. */
const RECOVERY_MS = 20_000;

inBrowsers(
  ["chromium"],
  (kind) => {
    const cast = (stage) => streaming(stage, kind);
    const scenes = {
      "room_09 back after the grace, within the window: the others are told DELETE and ADD, and all resumes by itself":
        async (stage) => backAfterGrace(stage, await cast(stage)),
      "room_10 not back within the window: all fails at its end, with the codes for that": async (
        stage,
      ) => neverBack(stage, await cast(stage)),
    };
    for (const [name, play] of Object.entries(scenes)) scene(name, play, { serverArgs });
  },
  { concurrency: 2 },
);

/** Ada and Bo; each publishes and plays the other. */
async function streaming(stage, kind) {
  const { ada, bo } = await stage.pair("room", { kind, engineConfig });
  await stage.playing(ada, bo, "of-ada");
  await stage.playing(bo, ada, "of-bo");
  await caughtUp(ada, bo);
  return { ada, bo, since: marks(ada, bo) };
}

async function backAfterGrace(stage, { ada, bo, since }) {
  // A reset tells the server that the link is gone, as some networks do; it would take a link that
  // just died for dead only when the window is nearly over. Ada gets no reset: her packets are lost.
  await stage.rig.drop({ direction: "up" });
  const { at_ms, seen_ms } = await stage.rig.reset("wifi0");
  await stage.rig.linkDown("client");
  await ada.untilRoom("RECONNECTING", { since: since.ada });

  const deleted = await bo.untilUser("DELETE", "ada", { since: since.bo });
  assertBetween(deleted.at_ms, at_ms + GRACE_MS, seen_ms + GRACE_MS + LATE_MS);
  await caughtUp(bo);
  assertUsers(bo, since.bo, ["DELETE ada"]);
  assertStreams(bo, since.bo, ["DELETE of-ada 2"]);

  await lasted(at_ms, GRACE_MS + 3000);
  const healed = await stage.rig.heal();
  const deadline_ms = RECOVERY_MS;
  await Promise.all([
    ada.untilRoom("RECONNECTED", { since: since.ada, deadline_ms }),
    ada.untilPublisher("PUBLISHING", "of-ada", { since: since.ada, deadline_ms }),
    ada.untilPlayer("PLAYING", "of-bo", { since: since.ada, deadline_ms }),
    bo.untilPlayer("PLAYING", "of-ada", { since: since.bo, deadline_ms }),
  ]);
  for (const [one, other] of [
    [ada, bo],
    [bo, ada],
  ]) {
    await other.untilFrame({ after_ms: healed.at_ms });
    await stage.assertPlays(one, other);
  }
  await caughtUp(ada, bo);
  assertRoomStates(ada, since.ada, BACK);
  assertUsers(ada, since.ada, []);
  assertStreams(ada, since.ada, []);
  for (const layer of ["publisher", "player"]) assertMediaBackAnew(ada, since.ada, layer);
  assertRoomStates(bo, since.bo, []);
  assertUsers(bo, since.bo, ["DELETE ada", "ADD ada"]);
  assertStreams(bo, since.bo, ["DELETE of-ada 2", "ADD of-ada"]);
  assertMediaStates(bo, since.bo, "publisher", []);
  assertMediaStates(bo, since.bo, "player", ["PLAY_REQUESTING", "PLAYING"]);
}

async function neverBack(stage, { ada, bo, since }) {
  const { at_ms, seen_ms } = await stage.rig.linkDown("client");
  const lost = await ada.untilRoom("RECONNECTING", { since: since.ada });
  const deadline_ms = WINDOW_MS + RECOVERY_MS;
  const [failed, publishing, playing] = await Promise.all([
    ada.untilRoom("RECONNECT_FAILED", { since: since.ada, deadline_ms }),
    ada.untilPublisher("NO_PUBLISH", "of-ada", { since: since.ada, deadline_ms }),
    ada.untilPlayer("NO_PLAY", "of-bo", { since: since.ada, deadline_ms }),
  ]);
  // The window begins when the SDK sees the loss: after the fault, before the page is told.
  assertBetween(failed.at_ms, at_ms + WINDOW_MS, lost.at_ms + WINDOW_MS + LATE_MS);
  assert.equal(publishing.args[0].errorCode, 1103051);
  assert.equal(playing.args[0].errorCode, 1104031);

  const deleted = await bo.untilUser("DELETE", "ada", { since: since.bo, deadline_ms });
  const away_ms = SILENCE_MS + GRACE_MS;
  // The last sign of life may be up to one interval old.
  assertBetween(deleted.at_ms, at_ms + away_ms - 2500, seen_ms + away_ms + LATE_MS);
  await stage.rig.heal();
  await caughtUp(ada, bo);
  assertRoomStates(ada, since.ada, ["RECONNECTING 1000017", "RECONNECT_FAILED 1002031"]);
  assertMediaStates(ada, since.ada, "publisher", ["PUBLISH_REQUESTING", "NO_PUBLISH"]);
  assertMediaStates(ada, since.ada, "player", ["PLAY_REQUESTING", "NO_PLAY"]);
  assertRoomStates(bo, since.bo, []);
  assertUsers(bo, since.bo, ["DELETE ada"]);
  assertStreams(bo, since.bo, ["DELETE of-ada 2"]);
  // The login has ended, so the returned network starts nothing.
  const { sockets } = ada.traffic;
  await lasted(Date.now(), 2000);
  await caughtUp(ada);
  assert.equal(ada.traffic.sockets, sockets);
}

function assertBetween(at_ms, from_ms, to_ms) {
  const late_ms = Math.round(at_ms - from_ms);
  assert.ok(at_ms >= from_ms && at_ms <= to_ms, `${late_ms} ms after ${to_ms - from_ms} ms began`);
}
