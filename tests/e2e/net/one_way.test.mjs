// Loss in one direction only, for 6 s: whatever is cut off recovers by itself.

import assert from "node:assert/strict";
import { lasted } from "./lasting.mjs";
import { assertOneOutage, assertRoomHeld, outage, RECOVERY_MS, untilFlowing } from "./outage.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import { assertRoomStates, assertUntold, untilMessage } from "./states.mjs";

const LENGTH_MS = 6000;
/** How much shorter a measured silence may be, because of packets that were in flight. */
const EDGE_MS = 1000;

inBrowsers(
  ["chromium"],
  (kind) => {
    for (const protocol of ["udp", "all"]) {
      for (const direction of ["up", "down"]) {
        const what = protocol === "udp" ? "media" : "anything";
        scene(
          `media_09 pub_06 play_06 6 s without ${what} going ${direction}: all is back by itself`,
          (stage, t) => oneWay(stage, kind, { protocol, direction }, t),
        );
      }
    }
  },
  { concurrency: 2 },
);

async function oneWay(stage, kind, { protocol, direction }, t) {
  const { ada, bo } = await stage.pair("room", { kind });
  const streams = [
    [ada, bo, "of-ada"],
    [bo, ada, "of-bo"],
  ];
  /** The users who get no pictures. */
  const cutOff = direction === "up" ? bo : ada;
  await outage(stage, streams, async (since) => {
    const { at_ms, seen_ms } = await stage.rig.drop({ protocol, direction });
    await lasted(seen_ms, LENGTH_MS);
    const healed = await stage.rig.heal();
    await untilFlowing(stage, streams, { after_ms: healed.at_ms, since });
    const { gap_ms } = await cutOff.longestGap({ since_ms: at_ms });
    t.diagnostic(`${cutOff.userID}: ${Math.round(gap_ms)} ms without a frame`);
    assert.ok(gap_ms > LENGTH_MS - EDGE_MS, `nothing was lost: ${gap_ms} ms`);
    await bo.call("sendBroadcastMessage", "room", "there?");
    await untilMessage(ada, "there?", { since: since.ada, deadline_ms: RECOVERY_MS });

    if (protocol === "udp") assertRoomStates(ada, since.ada, []);
    else assertRoomHeld(ada, since.ada);
    assertUntold(bo, since.bo);
    assertOneOutage(cutOff, since[cutOff.userID], "player", true);
    assertOneOutage(ada, since.ada, "publisher");
    if (cutOff === bo) assertOneOutage(ada, since.ada, "player");
    // Without feedback from its node, a publisher eventually sends less, or nothing.
    else assertOneOutage(bo, since.bo, "player");
    assertOneOutage(bo, since.bo, "publisher", false);
  });
}
