// A network that is gone for less than the grace: nobody else is told, and nothing is missed.

import assert from "node:assert/strict";
import { lasted } from "./lasting.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import {
  assertMessages,
  assertRoomStates,
  assertUntold,
  BACK,
  caughtUp,
  marks,
  untilMessage,
} from "./states.mjs";

/** The longest wait between tries, and a try. */
const RECOVERY_MS = 20_000;
const BLIPS_S = [2, 10, 30];

inBrowsers(
  ["chromium", "firefox"],
  (kind) => {
    for (const length_s of BLIPS_S) {
      // Firefox fires no `offline`, and silence is noticed in 2.5 s: a shorter one may pass untold.
      const isNoticed = kind !== "firefox" || length_s > 3;
      scene(
        `room_08 after a blip of ${length_s} s what was missed comes once, and nobody else is told`,
        (stage) => blip(stage, kind, length_s * 1000, isNoticed),
      );
    }
  },
  { concurrency: BLIPS_S.length },
);

async function blip(stage, kind, length_ms, isNoticed) {
  const { ada, bo } = await stage.pair("room", { kind });
  const since = marks(ada, bo);
  const { at_ms } = await stage.rig.linkDown("client");
  await bo.call("sendBroadcastMessage", "room", "one");
  await bo.call("sendBroadcastMessage", "room", "two");
  await lasted(at_ms, length_ms);
  await bo.call("sendBroadcastMessage", "room", "three");
  await stage.rig.heal();
  await untilMessage(ada, "three", { since: since.ada, deadline_ms: RECOVERY_MS });

  // Ada's message reaches Bo over a link that works again, so all earlier messages are there too.
  await ada.call("sendBroadcastMessage", "room", "back");
  await untilMessage(bo, "back", { since: since.bo });
  await caughtUp(ada, bo);
  assertMessages(ada, since.ada, ["one", "two", "three"]);
  assertMessages(bo, since.bo, ["back"]);
  assertUntold(bo, since.bo);
  const told = ada.events.slice(since.ada).map(({ name }) => name);
  if (!isNoticed && !told.includes("roomStateChanged")) return;
  assertRoomStates(ada, since.ada, BACK);
  assert.ok(
    told.lastIndexOf("roomStateChanged") < told.indexOf("IMRecvBroadcastMessage"),
    "missed messages come after RECONNECTED",
  );
}
