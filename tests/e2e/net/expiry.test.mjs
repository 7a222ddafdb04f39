// A token that ends while its user is away: the app fetches another, slowly, once the network is back.

import assert from "node:assert/strict";
import { lasted } from "./lasting.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import { assertRoomStates, BACK, caughtUp, marks } from "./states.mjs";

/** With so short a life the warning comes half way through it, when the user is away. */
const TOKEN_S = 24;
const AWAY_MS = 40_000;
/** How long the app's request takes after its answer. */
const SLOW_MS = 3_000;
/** A try, a request that the browser first sends on a dead connection, and the app's slowness. */
const RECOVERY_MS = 45_000;
const SERVER = ["--dev"];

inBrowsers(
  ["chromium", "firefox"],
  (kind) => {
    const out = (stage) => expiry(stage, kind, { away: cut, back: (stage) => stage.rig.heal() });
    scene("room_12 a token that ends in an outage is renewed after it, and nobody put out", out, {
      serverArgs: SERVER,
    });
    const asleep = (stage) => expiry(stage, kind, { away: pause, back: resume });
    scene("room_12 a token that ends asleep is renewed after waking, and nobody put out", asleep, {
      serverArgs: SERVER,
    });
  },
  { concurrency: 2 },
);

const cut = (stage) => stage.rig.linkDown("client");
const pause = (_stage, ada) => ada.browser.pause();
const resume = (_stage, ada) => ada.browser.resume();

async function expiry(stage, kind, { away, back }) {
  const { ada, bo } = await stage.pair("room", { kind });
  await stage.playing(ada, bo, "of-ada");
  await ada.page.evaluate(renewSlowly, { user: "ada", slow_ms: SLOW_MS });
  // However slow the machine was so far, the token's life is counted from here on.
  const { token } = await stage.server.devToken("room", "ada", { ttl_s: TOKEN_S });
  await ada.call("renewToken", token, "room");
  await ada.call("sendBroadcastMessage", "room", "the server has answered all before");
  await caughtUp(ada, bo);
  const since = marks(ada, bo);

  const { seen_ms } = await away(stage, ada);
  await lasted(seen_ms, AWAY_MS);
  await back(stage, ada);
  const deadline_ms = RECOVERY_MS;
  const told = await ada.until("tokenWillExpire", () => true, { since: since.ada, deadline_ms });
  assert.deepEqual(told.args, ["room"]);
  await ada.untilRoom("RECONNECTED", { since: since.ada, deadline_ms });
  await ada.untilPublisher("PUBLISHING", "of-ada", { since: since.ada, deadline_ms });
  await caughtUp(ada, bo);
  assertRoomStates(ada, since.ada, BACK);
  await stage.assertPlays(ada, bo);
}

/** The documented example, with a slow server. */
function renewSlowly({ user, slow_ms }) {
  globalThis.engine.on("tokenWillExpire", async (room) => {
    try {
      const body = JSON.stringify({ user, room });
      const headers = { "content-type": "application/json" };
      const answer = await fetch("/dev/token", { method: "POST", headers, body });
      const { token } = await answer.json();
      await new Promise((done) => setTimeout(done, slow_ms));
      globalThis.engine.renewToken(token, room);
    } catch {
      // The network is away; the event is told again once it is back.
    }
  });
}
