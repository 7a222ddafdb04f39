// Media that is silently dropped while the room's link works, as some firewalls do.

import assert from "node:assert/strict";
import { lasted } from "./lasting.mjs";
import { assertOneOutage, assertTold, outage, untilFlowing } from "./outage.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import { assertRoomStates, assertStreams, assertUntold, assertUsers, caughtUp } from "./states.mjs";

/** A second of silence and a sample (MEDIA-09), and the delay of a busy machine. */
const TOLD_WITHIN_MS = 2000;
/** How much shorter a measured silence may be, because of packets that were in flight. */
const EDGE_MS = 1000;
const LENGTHS_S = [3, 10];
/** Three rounds of a try of 8 s, the waits between them, and the delay of a busy machine. */
const THREE_ROUNDS_MS = 45_000;

inBrowsers(
  ["chromium"],
  (kind) => {
    for (const length_s of LENGTHS_S) {
      scene(
        `media_09 pub_06 play_06 ${length_s} s without UDP: told within a second, and back by itself`,
        (stage, t) => blocked(stage, kind, length_s * 1000, t),
      );
    }
    scene(
      "pub_05 play_05 without UDP for good: over after three rounds, the room goes on, and a new start works",
      (stage) => blockedForGood(stage, kind),
    );
  },
  { concurrency: LENGTHS_S.length + 1 },
);

async function blocked(stage, kind, length_ms, t) {
  const { ada, bo } = await stage.pair("room", { kind });
  const streams = [
    [ada, bo, "of-ada"],
    [bo, ada, "of-bo"],
  ];
  await outage(stage, streams, async (since) => {
    const { at_ms, seen_ms } = await stage.rig.drop({ protocol: "udp" });
    for (const [client, id] of [
      [ada, "of-bo"],
      [bo, "of-ada"],
    ]) {
      const lost = await client.untilPlayer("PLAY_REQUESTING", id, { since: since[client.userID] });
      // A decoded frame is a little older than the packets that arrived.
      const last_ms = (await client.frames()).findLast((frame_ms) => frame_ms < lost.at_ms);
      const took_ms = Math.round(lost.at_ms - last_ms);
      t.diagnostic(`${client.userID} is told ${took_ms} ms after the last frame`);
      assert.ok(took_ms <= TOLD_WITHIN_MS, `${took_ms} ms`);
    }
    await lasted(seen_ms, length_ms);
    const healed = await stage.rig.heal();
    await untilFlowing(stage, streams, { after_ms: healed.at_ms, since });
    for (const client of [ada, bo]) {
      const { gap_ms, to_ms } = await client.longestGap({ since_ms: at_ms });
      t.diagnostic(`${client.userID}: frames ${Math.round(to_ms - healed.at_ms)} ms after the end`);
      assert.ok(gap_ms > length_ms - EDGE_MS, `nothing was lost: ${gap_ms} ms`);
      assertOneOutage(client, since[client.userID], "player", true);
    }
    assertOneOutage(ada, since.ada, "publisher");
    assertOneOutage(bo, since.bo, "publisher", false);
    assertRoomStates(ada, since.ada, []);
    assertUntold(bo, since.bo);
  });
}

async function blockedForGood(stage, kind) {
  const { ada, bo } = await stage.pair("room", { kind });
  const streams = [
    [ada, bo, "of-ada"],
    [bo, ada, "of-bo"],
  ];
  await outage(
    stage,
    streams,
    async (since) => {
      await stage.rig.drop({ protocol: "udp" });
      const options = { since: since.ada, deadline_ms: THREE_ROUNDS_MS };
      const [unpublished, unplayed] = await Promise.all([
        ada.untilPublisher("NO_PUBLISH", "of-ada", options),
        ada.untilPlayer("NO_PLAY", "of-bo", options),
      ]);
      assert.equal(unpublished.args[0].errorCode, 1103030);
      assert.equal(unplayed.args[0].errorCode, 1104030);
      await bo.untilStream("DELETE", "of-ada", { since: since.bo });
      await stage.rig.heal();
      await caughtUp(ada, bo);
      assertTold(ada, since.ada, "publisher", ["PUBLISH_REQUESTING lost", "NO_PUBLISH lost"]);
      assertTold(ada, since.ada, "player", ["PLAY_REQUESTING lost", "NO_PLAY lost"]);
      for (const client of [ada, bo]) assertRoomStates(client, since[client.userID], []);
      assertUsers(bo, since.bo, []);
      assertStreams(bo, since.bo, ["DELETE of-ada 1"]);
      // Bo's player has not ended: its stream was missing, and it waits for that (PLAY-07).
      await ada.publish("of-ada");
      await untilFlowing(stage, [[ada, bo, "of-ada"]], { after_ms: Date.now(), since });
      // Ada's player has ended, and so have its tracks.
    },
    { keeping: [bo] },
  );
}
