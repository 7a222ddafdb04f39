// A bad network for a minute, over which everything still arrives, only later.

import assert from "node:assert/strict";
import { lasted } from "./lasting.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import {
  assertMediaUntold,
  assertMessages,
  assertRoomStates,
  assertUntold,
  caughtUp,
  marks,
  untilMessage,
} from "./states.mjs";

const DURATION_MS = 60_000;
// Only the packets that the client sends are shaped, as netem on its interface would do. If 30 % of
// what it receives were lost too, TCP alone would be silent for over 3 s three times a minute
// (docs/benchmarks.md), and no timer can tell that from a dead link within ROOM-05's 3 s.
const DELAY_MS = 200;
/** The share of packets. */
const LOSS = 0.3;
const MESSAGE_EVERY_MS = 10_000;

inBrowsers(["chromium"], (kind) => {
  scene("room_05 a minute of 30 % loss and 200 ms delay is no lost link", (stage, t) =>
    lossy(stage, kind, t),
  );
});

async function lossy(stage, kind, t) {
  const { ada, bo } = await stage.pair("room", { kind });
  await stage.playing(ada, bo, "of-ada");
  await stage.playing(bo, ada, "of-bo");
  await caughtUp(ada, bo);
  const since = marks(ada, bo);
  const before = await packets(stage.rig);
  const { at_ms } = await stage.rig.shape("client", {
    direction: "up",
    delay_ms: DELAY_MS,
    loss: LOSS,
  });
  const sent = [];
  for (let due_ms = 0; due_ms < DURATION_MS; due_ms += MESSAGE_EVERY_MS) {
    await lasted(at_ms, due_ms);
    sent.push(`after ${due_ms} ms`);
    await bo.call("sendBroadcastMessage", "room", sent.at(-1));
  }
  await lasted(at_ms, DURATION_MS);
  const after = await packets(stage.rig);
  await stage.rig.heal();
  await untilMessage(ada, sent.at(-1), { since: since.ada });
  await stage.assertPlays(ada, bo);
  await stage.assertPlays(bo, ada);
  await caughtUp(ada, bo);

  for (const client of [ada, bo]) t.diagnostic(told(client, since, at_ms));
  const [lost, passed] = [after.lost - before.lost, after.passed - before.passed];
  const share = lost / (lost + passed);
  assert.ok(lost > 1000 && Math.abs(share - LOSS) < 0.05, `${lost} lost, ${passed} passed`);
  assertMessages(ada, since.ada, sent);
  assertRoomStates(ada, since.ada, []);
  assertUntold(bo, since.bo);
  for (const client of [ada, bo]) assertMediaUntold(client, since[client.userID]);
}

/** How many packets crossed the client's links, in each direction. */
async function packets(rig) {
  const sum = { lost: 0, passed: 0 };
  for (const link of ["wifi0", "cell0"]) {
    const { lost, passed } = await rig.counters(link, "up");
    sum.lost += lost;
    sum.passed += passed;
  }
  return sum;
}

/** The states that were told, with the time since the network became bad. */
function told(client, since, from_ms) {
  const states = client.events
    .slice(since[client.userID])
    .filter(({ name }) => /StateChanged$|StateUpdate$/.test(name) && name !== "roomStateUpdate")
    .map(({ name, args, at_ms }) => {
      const [what, code] = name.startsWith("room")
        ? [args[1], args[2]]
        : [args[0].state, args[0].errorCode];
      return `${((at_ms - from_ms) / 1000).toFixed(1)} s ${what} ${code}`;
    });
  return `${client.userID} was told: ${states.join(", ") || "nothing"}`;
}
