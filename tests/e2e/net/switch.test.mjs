// From Wi-Fi to mobile data, while publishing and while playing: media returns without any call.

import assert from "node:assert/strict";
import { mediaLink } from "./media_route.mjs";
import { assertOneOutage, assertRoomHeld, outage, RECOVERY_MS, untilFlowing } from "./outage.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import { assertUntold, untilMessage } from "./states.mjs";

/** Chromium leaves a dead path by itself after about this long; the SDK must be quicker. */
const ICE_ALONE_MS = 6000;

const ROLES = {
  publishing: ({ ada, bo }) => [[ada, bo, "of-ada"]],
  playing: ({ ada, bo }) => [[bo, ada, "of-bo"]],
};

inBrowsers(
  ["chromium", "firefox"],
  (kind) => {
    for (const [role, of] of Object.entries(ROLES)) {
      scene(
        `media_09 pub_06 play_06 ${role}: the link in use dies without any event, the other takes over`,
        (stage, t) => silentSwitch(stage, kind, of, t),
      );
      scene(
        `media_09 pub_06 play_06 ${role}: one link goes down and the other comes up`,
        (stage, t) => swap(stage, kind, of, t),
      );
    }
  },
  { concurrency: 2 },
);

async function silentSwitch(stage, kind, of, t) {
  const clients = await stage.pair("room", { kind });
  await outage(stage, of(clients), async (since) => {
    const used = await mediaLink(stage, clients.ada);
    const { at_ms, seen_ms } = await stage.rig.linkDown(used);
    const gap_ms = await untilBack(stage, clients, of, { at_ms, seen_ms, since });
    t.diagnostic(`${used} down: ${gap_ms} ms without a frame`);
    assert.ok(gap_ms < ICE_ALONE_MS, `${gap_ms} ms without a frame`);
    assert.notEqual(await mediaLink(stage, clients.ada), used);
    assert.deepEqual(
      clients.ada.life.filter(({ name }) => /line/.test(name)),
      [],
    );
  });
}

async function swap(stage, kind, of, t) {
  await stage.rig.useOnly("wifi0");
  const clients = await stage.pair("room", { kind });
  await outage(stage, of(clients), async (since) => {
    assert.equal(await mediaLink(stage, clients.ada), "wifi0");
    const { at_ms, seen_ms } = await stage.rig.switchTo("cell0");
    const gap_ms = await untilBack(stage, clients, of, { at_ms, seen_ms, since });
    t.diagnostic(`wifi0 to cell0: ${gap_ms} ms without a frame`);
    assert.equal(await mediaLink(stage, clients.ada), "cell0");
  });
}

/**
 * Waits until all media is back, and asserts what was told of it.
 *
 * @returns The longest time without a new frame.
 */
async function untilBack(stage, clients, of, { at_ms, seen_ms, since }) {
  const { ada, bo } = clients;
  const [[publisher, player]] = of(clients);
  // Frames already in flight are shown within half a second.
  await untilFlowing(stage, of(clients), { after_ms: seen_ms + 500, since });
  const { gap_ms } = await player.longestGap({ since_ms: at_ms });
  // Ada's app does nothing, so an incoming message shows that she is in the room.
  await bo.call("sendBroadcastMessage", "room", "there?");
  await untilMessage(ada, "there?", { since: since.ada, deadline_ms: RECOVERY_MS });

  assertRoomHeld(ada, since.ada);
  assertUntold(bo, since.bo);
  assertOneOutage(
    publisher,
    since[publisher.userID],
    "publisher",
    publisher === bo ? false : undefined,
  );
  assertOneOutage(player, since[player.userID], "player");
  return Math.round(gap_ms);
}
