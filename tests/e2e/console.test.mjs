// A call in which all goes well leaves nothing in the pages' consoles that a developer would take
// for a fault: no error, no warning, no unhandled rejection.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

/** What a page's console says that is no news but a fault. */
function faultsOf(client) {
  const faults = [];
  client.page.on("console", (line) => {
    if (!["error", "warning"].includes(line.type())) return;
    // The test's page has no icon; the browser asks for one.
    if (line.location().url.endsWith("/favicon.ico")) return;
    faults.push(`${line.type()}: ${line.text()} ${line.location().url}`);
  });
  client.page.on("pageerror", (error) => faults.push(`not caught: ${error}`));
  return faults;
}

test("play_07 a whole good call writes no error and no warning to the consoles", async () => {
  const room = stage.name("room");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  const faults = [faultsOf(ada), faultsOf(bo)];
  const id = stage.name("stream");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  await bo.call("sendBroadcastMessage", room, "hello");

  for (const round of [1, 2, 3]) {
    const since = bo.mark();
    await ada.call("stopPublishingStream", id);
    await bo.untilPlayer("PLAY_REQUESTING", id, { since });
    await bo.untilStream("DELETE", id, { since });
    await bo.settle();
    await ada.publish(id);
    await bo.untilStream("ADD", id, { since });
    await bo.untilPlayer("PLAYING", id, { since });
    assert.deepEqual(faults, [[], []], `round ${round}`);
  }

  const since = bo.mark();
  await ada.call("logoutRoom", room);
  await bo.untilPlayer("PLAY_REQUESTING", id, { since });
  await bo.settle();
  await stage.server.kick({ room, user: "bo" });
  await bo.untilRoom("KICKOUT");
  for (const client of [ada, bo]) await client.settle();
  assert.deepEqual(faults, [[], []]);
});

test("play_01 a kick, a logout, a stop or the end leaves no unhandled rejection of a stream being started", async () => {
  const ends = [
    (room, bo) => stage.server.kick({ room, user: bo.userID }),
    (room, bo) => bo.call("logoutRoom", room),
    (_room, bo, id) => bo.call("stopPlayingStream", id),
    (_room, bo) => bo.call("destroyEngine"),
  ];
  for (const end of ends) {
    const [room, id] = [stage.name("room"), stage.name("stream")];
    const [bo] = await stage.clientsIn(room, "bo");
    const faults = faultsOf(bo);
    await bo.page.evaluate((id) => {
      // Nobody waits for its promise.
      globalThis.engine.startPlayingStream(id);
    }, id);
    await bo.untilPlayer("PLAY_REQUESTING", id);
    await end(room, bo, id);
    if (end !== ends.at(-1)) await bo.untilPlayer("NO_PLAY", id);
    await bo.settle();
    assert.deepEqual(faults, [], String(end));
  }
});
