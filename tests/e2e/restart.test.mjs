// The server dies without a word and comes back: room, publisher and player come back too.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

/** Jitter of up to 8 s between tries, and 8 s for a media session. */
const RECOVERY_MS = 40_000;

test("room_04 pub_04 play_06 all resumes by itself after the server's restart", async () => {
  const { id, ada, bo } = await stage.playing();
  await bo.page.evaluate(() => {
    globalThis.shown = globalThis.video.srcObject;
  });
  const since = { ada: ada.mark(), bo: bo.mark() };

  await stage.server.kill();
  for (const [name, client] of Object.entries({ ada, bo })) {
    const lost = await client.untilRoom("RECONNECTING", { since: since[name], deadline_ms: 3500 });
    assert.equal(lost.args[2], 1000017);
  }
  await stage.server.start();

  const deadline_ms = RECOVERY_MS;
  await Promise.all([
    ada.untilRoom("RECONNECTED", { since: since.ada, deadline_ms }),
    bo.untilRoom("RECONNECTED", { since: since.bo, deadline_ms }),
    ada.untilPublisher("PUBLISHING", id, { since: since.ada, deadline_ms }),
    bo.untilPlayer("PLAYING", id, { since: since.bo, deadline_ms }),
  ]);
  assertRetried(ada.told("publisherStateUpdate", since.ada), "PUBLISH_REQUESTING", "PUBLISHING");
  assertRetried(bo.told("playerStateUpdate", since.bo), "PLAY_REQUESTING", "PLAYING");
  for (const [name, client] of Object.entries({ ada, bo })) {
    const reasons = client.told("roomStateChanged", since[name]).map(([, reason]) => reason);
    assert.deepEqual(reasons, ["RECONNECTING", "RECONNECTED"]);
  }

  for (const [client, layer] of [
    [ada, "publish"],
    [bo, "play"],
  ]) {
    await assertHistory(client, since[client.userID], ["room", layer]);
  }
  await assertPlays(bo.page);
  assert.ok(
    await bo.page.evaluate(() => {
      const { video, shown, remote } = globalThis;
      return video.srcObject === shown && shown === remote;
    }),
    "the app's MediaStream stays the same",
  );
  assert.deepEqual(bo.pageErrors, []);
  assert.deepEqual(ada.pageErrors, []);
});

test("room_13 a logout while the server is away gives LOGOUT_FAILED, and no more tries", async () => {
  const [ada] = await stage.clientsIn(stage.name("room"), "ada");
  await stage.server.kill();
  await ada.untilRoom("RECONNECTING");
  const since = ada.mark();
  await ada.call("logoutRoom");
  await ada.untilRoom("LOGOUT_FAILED", { since, deadline_ms: 5000 });
  const { sockets } = ada.traffic;
  await stage.server.start();
  await ada.settle();
  assert.equal(ada.traffic.sockets, sockets);
  assert.deepEqual(
    ada.told("roomStateChanged", since).map(([, reason]) => reason),
    ["LOGOUT_FAILED"],
  );
});

/** bey_01 bey_02: tries were told, and the timeline has them and the measured recoveries. */
async function assertHistory(client, since, layers) {
  const { timeline, measures } = await client.page.evaluate(() => ({
    timeline: globalThis.engine.timeline(),
    measures: performance.getEntriesByType("measure").map(({ name, duration }) => [name, duration]),
  }));
  const what = JSON.stringify({ timeline, measures }, null, 1);
  const tries = client.told("retryUpdate").map(([update]) => update);
  for (const { id, cause, attempt, nextAttemptInMs, elapsedMs, windowMs } of tries) {
    assert.ok(id.length > 0 && cause.length > 0 && attempt >= 1, what);
    assert.ok(nextAttemptInMs >= 0 && elapsedMs >= 0 && windowMs === 1_200_000, what);
  }
  assert.deepEqual(
    timeline.filter(({ cause }) => cause).map(({ atMs: _, ...entry }) => entry),
    tries,
  );
  for (const layer of layers) {
    const again = client.told("retryUpdate", since).filter(([update]) => update.layer === layer);
    assert.ok(again.length > 0, `no try of ${layer} was told`);
    const recoveries = timeline.filter((entry) => entry.layer === layer && entry.durationMs > 0);
    assert.ok(recoveries.length >= 1, what);
    for (const { id, durationMs } of recoveries) {
      const name = `holdfast:${layer} ${id}`;
      const isIt = ([known, duration]) => known === name && Math.abs(duration - durationMs) < 1;
      assert.ok(measures.some(isIt), `${name}: ${what}`);
    }
  }
  const times = timeline.map(({ atMs }) => atMs);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
}

/** Asserts that only the waiting state, with a code, was told, and then the good one. */
function assertRetried(updates, waiting, good) {
  const states = updates.map(([{ state, errorCode }]) => [state, errorCode !== 0]);
  assert.deepEqual(states.at(-1), [good, false], JSON.stringify(updates));
  for (const state of states.slice(0, -1)) {
    assert.deepEqual(state, [waiting, true], JSON.stringify(updates));
  }
  assert.ok(states.length >= 2, `no ${waiting} was told`);
}
