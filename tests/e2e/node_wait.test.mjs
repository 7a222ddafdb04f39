// How long a media server may make a publisher or player wait: Retry-After, sensible or not.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ada,
  assertPicture,
  assertRoomStayedUp,
  published,
  startPlaying,
  told,
  useNodes,
} from "./harness/node_stage.mjs";

const { stage, nodes } = useNodes(1);
const node = () => nodes[0];

/** Jitter before the first retry (ROOM-06). */
const JITTER_MS = 500;
const inSeconds = (seconds) => new Date(Date.now() + 1000 * seconds).toUTCString();

/** `least_ms` and `most_ms` are without jitter. */
const WAITS = [
  { what: "7 s", retryAfter: () => "7", cause: "told", least_ms: 7000, most_ms: 7000 },
  // Dates are in whole seconds.
  {
    what: "a date",
    retryAfter: () => inSeconds(20),
    cause: "told",
    least_ms: 17_000,
    most_ms: 20_000,
  },
  {
    what: "10^9 s",
    retryAfter: () => "1000000000",
    cause: "told",
    least_ms: 60_000,
    most_ms: 60_000,
  },
  {
    what: "a number too big for any",
    retryAfter: () => "9".repeat(400),
    cause: "told",
    least_ms: 60_000,
    most_ms: 60_000,
  },
  {
    what: "a date in 100 years",
    retryAfter: () => inSeconds(3.2e9),
    cause: "told",
    least_ms: 60_000,
    most_ms: 60_000,
  },
  { what: "the past", retryAfter: () => "-5", cause: "told", least_ms: 0, most_ms: 0 },
  {
    what: "a date long ago",
    retryAfter: () => inSeconds(-1e6),
    cause: "told",
    least_ms: 0,
    most_ms: 0,
  },
  {
    what: "garbage",
    retryAfter: () => "when I am ready",
    cause: "remote",
    least_ms: 0,
    most_ms: 0,
  },
];

for (const status of [503, 409]) {
  for (const { what, retryAfter, cause, least_ms, most_ms } of WAITS) {
    test(`pub_05 play_05 bey_06 ${status} and Retry-After ${what}: a bounded wait`, async () => {
      const { client, id } = await ada(stage);
      const answer = () => ({ status, headers: { "retry-after": retryAfter() } });
      await client.publish(id);
      await client.untilPublisher("PUBLISHING", id);
      node().on("POST", answer);
      const other = `${id}-other`;
      await client.publish(other);
      await startPlaying(client, id);
      for (const [layer, streamID] of [
        ["publish", other],
        ["play", id],
      ]) {
        const isIt = (update) =>
          update.layer === layer && update.id === streamID && update.nextAttemptInMs > 0;
        const { args } = await client.until("retryUpdate", isIt, { what: layer });
        const [{ nextAttemptInMs, cause: toldCause }] = args;
        assert.equal(toldCause, cause, layer);
        const isBounded = nextAttemptInMs >= least_ms && nextAttemptInMs <= most_ms + JITTER_MS;
        assert.ok(isBounded, `${layer}: ${nextAttemptInMs} ms`);
      }
      const codes = { publish: 1103021, play: status === 409 ? 1104039 : 1104021 };
      assert.deepEqual(told(client, other)[1], ["PUBLISH_REQUESTING", codes.publish]);
      assert.deepEqual(told(client, id)[3], ["PLAY_REQUESTING", codes.play]);
      await assertRoomStayedUp(client);
    });
  }
}

test("play_07 bey_06 Retry-After 0 for ever is no storm, and is over when the stream is there", async () => {
  const { id, ada, bo } = await published(stage);
  const hurry = { status: 409, headers: { "retry-after": "0" } };
  node().on("POST", ({ kind }, pass) => (kind === "whep" ? hurry : pass()));
  await startPlaying(bo, id);
  // The jitter's range from the fourth wait on (ROOM-06).
  const isFourth = ({ attempt, nextAttemptInMs }) => attempt === 5 && nextAttemptInMs > 0;
  const { args } = await bo.until("retryUpdate", isFourth, { deadline_ms: 20_000 });
  const [{ nextAttemptInMs }] = args;
  assert.ok(nextAttemptInMs >= 2000 && nextAttemptInMs <= 8000, `${nextAttemptInMs} ms`);
  assert.equal(node().got("POST", "whep").length, 4);
  node().behave();
  await assertPicture(bo);
  await assertRoomStayedUp(ada, bo);
});
