// A laptop whose lid is closed while its user publishes and plays.

import { lasted } from "./lasting.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import {
  assertMediaStates,
  assertRoomStates,
  assertUntold,
  BACK,
  caughtUp,
  marks,
  untilMessage,
} from "./states.mjs";

const ASLEEP_MS = 40_000;
/** Waits of up to 8 s between tries, and a try of a media session. */
const RECOVERY_MS = 20_000;

inBrowsers(["chromium"], (kind) => {
  scene(
    "room_08 bey_05 after 40 s of sleep all comes back, and the others are told nothing",
    (stage) => sleep(stage, kind),
    { serverArgs: ["--dev", "--grace", "90"] },
  );
});

async function sleep(stage, kind) {
  const { ada, bo } = await stage.pair("room", { kind });
  await stage.playing(ada, bo, "of-ada");
  await stage.playing(bo, ada, "of-bo");
  await caughtUp(ada, bo);
  const since = marks(ada, bo);

  const { seen_ms } = await ada.browser.pause();
  await bo.call("sendBroadcastMessage", "room", "missed");
  await lasted(seen_ms, ASLEEP_MS);
  const woken = await ada.browser.resume();
  const deadline_ms = RECOVERY_MS;
  await Promise.all([
    ada.untilRoom("RECONNECTED", { since: since.ada, deadline_ms }),
    untilMessage(ada, "missed", { since: since.ada, deadline_ms }),
    bo.untilPlayer("PLAYING", "of-ada", { since: since.bo, deadline_ms }),
  ]);
  for (const [one, other] of [
    [ada, bo],
    [bo, ada],
  ]) {
    await other.untilFrame({ after_ms: woken.at_ms });
    await stage.assertPlays(one, other);
  }
  await ada.call("sendBroadcastMessage", "room", "back");
  await untilMessage(bo, "back", { since: since.bo });
  await caughtUp(ada, bo);
  assertRoomStates(ada, since.ada, BACK);
  assertUntold(bo, since.bo);
  const isLost = ada.told("publisherStateUpdate", since.ada).length > 0;
  assertMediaStates(
    ada,
    since.ada,
    "publisher",
    isLost ? ["PUBLISH_REQUESTING", "PUBLISHING"] : [],
  );
  // If media is back within a second of waking, nobody who was awake was told of a loss.
  const isTold = ada.told("playerStateUpdate", since.ada).length > 0;
  assertMediaStates(ada, since.ada, "player", isTold ? ["PLAY_REQUESTING", "PLAYING"] : []);
  assertMediaStates(bo, since.bo, "publisher", []);
  assertMediaStates(bo, since.bo, "player", ["PLAY_REQUESTING", "PLAYING"]);
}
