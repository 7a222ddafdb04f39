// A browser that is wrong about the network: it says offline while everything works, or online
// while nothing does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers, useRig } from "./stage.mjs";
import {
  assertMediaUntold,
  assertMessages,
  assertRoomStates,
  assertUntold,
  BACK,
  caughtUp,
  marks,
  untilMessage,
} from "./states.mjs";

/** How often the wrong hint is given. */
const TIMES = 5;
/** The longest wait between tries, and a try. */
const RECOVERY_MS = 20_000;

inBrowsers(["chromium", "firefox"], (kind) => {
  const stage = useRig();

  test("room_05 a wrong offline leaves the user in the room, and media alone", async () => {
    const { ada, bo } = await stage.pair("room", { kind });
    await stage.playing(ada, bo, "stream");
    await caughtUp(ada, bo);
    const since = marks(ada, bo);
    const lie = await liar(ada);
    const begun_ms = Date.now();
    await lie(false);
    await ada.untilLife("offline");
    await bo.call("sendBroadcastMessage", "room", "to ada");
    await untilMessage(ada, "to ada", { since: since.ada });
    await ada.call("sendBroadcastMessage", "room", "to bo");
    await untilMessage(bo, "to bo", { since: since.bo });
    // Longer than the time allowed for a probe or for a stalled picture.
    await bo.untilFrame({ after_ms: begun_ms + 3000 });
    assert.equal(await ada.page.evaluate(() => navigator.onLine), false);
    await lie(true);
    await ada.untilLife("online");
    await stage.assertPlays(ada, bo);
    await caughtUp(ada, bo);
    for (const client of [ada, bo]) {
      assertUntold(client, since[client.userID]);
      assertMediaUntold(client, since[client.userID]);
    }
  });

  test("room_06 a wrong online while nothing works makes no storm and ends nothing", async () => {
    const { ada, bo } = await stage.pair("room", { kind });
    const since = marks(ada, bo);
    await stage.rig.drop();
    await ada.untilRoom("RECONNECTING", { since: since.ada });
    const tries = () => ada.told("retryUpdate", since.ada).filter(([now]) => isTry(now)).length;
    const before = tries();
    const lie = await liar(ada);
    for (let time = 0; time < TIMES; time += 1) {
      const since_ms = Date.now();
      await lie(false);
      await ada.untilLife("offline", { since_ms });
      await lie(true);
      await ada.untilLife("online", { since_ms });
    }
    // One try for each hint, and those that were under way or due anyway.
    const made = tries() - before;
    assert.ok(made >= 1 && made <= TIMES + 2, `${made} tries after ${TIMES} times online`);
    assertRoomStates(ada, since.ada, ["RECONNECTING 1000017"]);
    await bo.call("sendBroadcastMessage", "room", "missed");
    await stage.rig.heal();
    await untilMessage(ada, "missed", { since: since.ada, deadline_ms: RECOVERY_MS });
    await ada.call("sendBroadcastMessage", "room", "back");
    await untilMessage(bo, "back", { since: since.bo });
    await caughtUp(ada, bo);
    assertRoomStates(ada, since.ada, BACK);
    assertMessages(ada, since.ada, ["missed"]);
    assertUntold(bo, since.bo);
  });
});

function isTry({ layer, nextAttemptInMs }) {
  return layer === "room" && nextAttemptInMs === 0;
}

/** Makes a page believe and report that it is online, or not, and breaks nothing. */
async function liar({ browser, page }) {
  if (browser.kind === "firefox") return (onLine) => page.page.setOfflineMode(!onLine);
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const rest = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  return (onLine) => session.send("Network.overrideNetworkState", { offline: !onLine, ...rest });
}
