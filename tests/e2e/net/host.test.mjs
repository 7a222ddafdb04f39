// A publishing host, an audience that plays, and everything that can happen to the host.

import assert from "node:assert/strict";
import { Client } from "../harness/client.mjs";
import { RigBrowser } from "./browser.mjs";
import { lasted } from "./lasting.mjs";
import { assertOneOutage, assertTold, outage, RECOVERY_MS, untilFlowing } from "./outage.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import {
  assertMediaBackAnew,
  assertRoomStates,
  assertStreams,
  assertUntold,
  assertUsers,
  BACK,
  caughtUp,
} from "./states.mjs";

const GRACE_MS = 5000;
/** Away for less than the grace, but long enough to be noticed. */
const SHORT_MS = 4000;
/** How late the server may be on a busy machine. */
const LATE_MS = 1500;
const STREAM = "show";
const STOPPED_AND_STARTED = ["PLAY_REQUESTING lost", "NO_PLAY", "PLAY_REQUESTING", "PLAYING"];

inBrowsers(
  ["chromium"],
  (kind) => {
    const scenes = {
      "host_01 aud_01 the host's network is gone for 4 s: both resume by themselves, no event of the room":
        backQuickly,
      "host_02 aud_02 the host is gone past its grace: DELETE and ADD, by which the audience stops and starts":
        backLate,
      "aud_02 play_07 a player that follows stops and starts by itself": followed,
      "aud_03 the host crashes and is back within its grace: DELETE comes before ADD": reborn,
      "aud_04 the host crashes and stays away: DELETE at its grace's end, and nothing more":
        crashed,
    };
    for (const [name, play] of Object.entries(scenes)) {
      scene(name, (stage, t) => play(stage, kind, t), {
        serverArgs: ["--dev", "--grace", String(GRACE_MS / 1000)],
      });
    }
  },
  { concurrency: 2 },
);

async function backQuickly(stage, kind) {
  const { host, audience, streams } = await show(stage, kind);
  await outage(stage, streams, async (since) => {
    const { at_ms } = await stage.rig.linkDown("client");
    await lasted(at_ms, SHORT_MS);
    const { at_ms: after_ms } = await stage.rig.heal();
    await host.untilRoom("RECONNECTED", { since: since.host, deadline_ms: RECOVERY_MS });
    await untilFlowing(stage, streams, { after_ms, since });
    assertRoomStates(host, since.host, BACK);
    assertOneOutage(host, since.host, "publisher", true);
    assertUntold(audience, since.audience);
    assertOneOutage(audience, since.audience, "player", true);
  });
}

/** The audience's app follows the room's events. */
async function backLate(stage, kind) {
  const { host, audience, streams } = await show(stage, kind);
  await outage(
    stage,
    streams,
    async (since) => {
      const { seen_ms } = await cutUntilGone(stage, audience, since);
      await audience.call("stopPlayingStream", STREAM);
      const stopped = { ...since, audience: audience.mark() };
      await lasted(seen_ms, GRACE_MS + LATE_MS);
      const { at_ms: after_ms } = await stage.rig.heal();
      await audience.untilStream("ADD", STREAM, {
        since: since.audience,
        deadline_ms: RECOVERY_MS,
      });
      await audience.play(STREAM);
      await untilFlowing(stage, streams, { after_ms, since: stopped });
      assertGoneAndBack({ host, audience, since });
      assertTold(audience, since.audience, "player", STOPPED_AND_STARTED);
    },
    { keeping: [host] },
  );
}

async function followed(stage, kind) {
  const { host, audience, streams } = await show(stage, kind);
  await outage(
    stage,
    streams,
    async (since) => {
      const { seen_ms } = await cutUntilGone(stage, audience, since);
      await audience.untilPlayer("NO_PLAY", STREAM, { since: since.audience });
      await lasted(seen_ms, GRACE_MS + LATE_MS);
      const { at_ms: after_ms } = await stage.rig.heal();
      const again = { since: since.audience, deadline_ms: RECOVERY_MS };
      await audience.untilStream("ADD", STREAM, again);
      await audience.untilPlayer("PLAYING", STREAM, again);
      await untilFlowing(stage, streams, { after_ms, since });
      assertGoneAndBack({ host, audience, since });
      assertTold(audience, since.audience, "player", STOPPED_AND_STARTED);
    },
    { playOptions: { follow: true } },
  );
}

/** The host's second browser is ready before its first session ends. */
async function reborn(stage, kind) {
  const { host, audience, streams } = await show(stage, kind);
  const second = await secondLife(stage, kind);
  await outage(
    stage,
    streams,
    async (since) => {
      const { at_ms } = await host.browser.kill();
      await audience.untilPlayer("PLAY_REQUESTING", STREAM, { since: since.audience });
      const loggedIn = await loggedInAgain(second);
      assert.ok(loggedIn.at_ms - at_ms < GRACE_MS, "within the grace");
      await second.publish(STREAM);
      const { at_ms: after_ms } = await audience.untilStream("ADD", STREAM, {
        since: since.audience,
      });
      await untilFlowing(stage, [[second, audience, STREAM]], {
        after_ms,
        since: { ...since, host: 0 },
      });
      assertStreams(audience, since.audience, [`DELETE ${STREAM} 3`, `ADD ${STREAM}`]);
      assertUsers(audience, since.audience, []);
      assertRoomStates(audience, since.audience, []);
      assertOneOutage(audience, since.audience, "player", true);
    },
    { keeping: [audience] },
  );
}

async function crashed(stage, kind) {
  const { host, audience, streams } = await show(stage, kind);
  await outage(
    stage,
    streams,
    async (since) => {
      const { at_ms, seen_ms } = await host.browser.kill();
      const deleted = await audience.untilStream("DELETE", STREAM, { since: since.audience });
      assert.ok(deleted.at_ms >= at_ms + GRACE_MS, `${deleted.at_ms - at_ms} ms`);
      assert.ok(deleted.at_ms <= seen_ms + GRACE_MS + LATE_MS, `${deleted.at_ms - seen_ms} ms`);
      await lasted(deleted.at_ms, GRACE_MS);
      await caughtUp(audience);
      assertStreams(audience, since.audience, [`DELETE ${STREAM} 2`]);
      assertUsers(audience, since.audience, ["DELETE host"]);
      assertRoomStates(audience, since.audience, []);
      // The app has to stop it (PLAY-07).
      assertTold(audience, since.audience, "player", ["PLAY_REQUESTING lost"]);
    },
    { keeping: [audience] },
  );
}

/** The host on the client, the audience on the second. */
async function show(stage, kind) {
  const host = await stage.client("host", { kind });
  const audience = await stage.client("audience", { kind, role: "second" });
  for (const client of [host, audience]) await client.login("room");
  return { host, audience, streams: [[host, audience, STREAM]] };
}

/** Resets the host's link on the way, as some networks do, so that its grace begins at once. */
async function cutUntilGone(stage, audience, since) {
  await stage.rig.drop({ direction: "up" });
  const times = await stage.rig.reset("wifi0");
  await stage.rig.linkDown("client");
  await audience.untilStream("DELETE", STREAM, { since: since.audience });
  return times;
}

function assertGoneAndBack({ host, audience, since }) {
  assertRoomStates(host, since.host, BACK);
  assertMediaBackAnew(host, since.host, "publisher");
  assertStreams(host, since.host, []);
  assertRoomStates(audience, since.audience, []);
  assertUsers(audience, since.audience, ["DELETE host", "ADD host"]);
  assertStreams(audience, since.audience, [`DELETE ${STREAM} 2`, `ADD ${STREAM}`]);
}

/** The same user in another browser, not logged in. */
async function secondLife(stage, kind) {
  const browser = await RigBrowser.launch(stage.rig, { kind, role: "client" });
  const { server } = stage;
  const client = await Client.open(
    await browser.newContext(),
    server,
    "host",
    browser.origin(server),
  );
  client.browser = browser;
  return client;
}

async function loggedInAgain(client) {
  await client.login("room");
  return client.untilRoom("LOGINED");
}
