// A path on which a handshake takes longer than a try: by satellite, or in a crowded mobile cell.

import assert from "node:assert/strict";
import { inBrowsers, scene } from "./stage.mjs";

/** Two round trips of a WebSocket without TLS take longer than the 8 s of a try. */
const LINK_DELAY_MS = 2_200;
const MEDIA_DELAY_MS = 900;
const DEADLINE_MS = 120_000;

inBrowsers(["chromium"], (kind) => {
  scene("room_06 pub_05 a path of seconds logs in and publishes", (stage) => far(stage, kind));
});

async function far(stage, kind) {
  const ada = await stage.client("ada", { kind });
  const { token } = await stage.server.devToken("room", "ada");
  await stage.rig.shape("client", { delay_ms: LINK_DELAY_MS });
  await ada.page.evaluate((token) => {
    globalThis.engine.loginRoom("room", token, { userID: "ada" }, {});
  }, token);
  const begun = await ada.untilRoom("LOGINING");
  const done = await ada.untilRoom("LOGINED", { deadline_ms: DEADLINE_MS });
  assert.ok(done.at_ms - begun.at_ms > 8_000, "it would be no test of anything");

  await stage.rig.shape("client", { delay_ms: MEDIA_DELAY_MS });
  await ada.publish("of-ada");
  await ada.untilPublisher("PUBLISHING", "of-ada", { deadline_ms: DEADLINE_MS });
  await ada.settle();
  assert.deepEqual(
    ada.told("roomStateChanged").map(([_room, reason]) => reason),
    ["LOGINING", "LOGINED"],
  );
}
