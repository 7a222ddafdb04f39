// One media server misbehaves and a second one does not: the second is used at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SILENCE } from "./harness/node.mjs";
import {
  ada,
  assertPicture,
  assertRoomStayedUp,
  onlySession,
  published,
  retries,
  startPlaying,
  told,
  untilNode,
  useNodes,
} from "./harness/node_stage.mjs";

const { stage, nodes } = useNodes(2);

const AT_ONCE_MS = 3_000;
const TRY_MS = 8_000;

const longAgo = new Date(0).toUTCString();
const QUICK = [
  { what: "503 for 10^9 s", code: 1103021, answer: busy(503, "1000000000") },
  { what: "503 until long ago", code: 1103021, answer: busy(503, longAgo) },
  { what: "503 for -5 s", code: 1103021, answer: busy(503, "-5") },
  { what: "503 for garbage", code: 1103021, answer: busy(503, "when I am ready") },
  { what: "409 for 30 s", code: 1103021, answer: busy(409, "30") },
  { what: "500", code: 1103021, answer: { status: 500 } },
  { what: "an answer that is no SDP", code: 1103025, answer: { status: 201, body: "hello" } },
];

for (const { what, code, answer } of QUICK) {
  test(`pub_04 pub_05 bey_06 ${what}: the second node is tried at once`, async () => {
    const { client, id } = await ada(stage);
    nodes[0].on("POST", () => answer);
    await assertSecondTakesOver(client, id, code, AT_ONCE_MS);
    assert.deepEqual(
      retries(client, id).map(({ nextAttemptInMs }) => nextAttemptInMs),
      [0, 0],
      "two tries and no wait",
    );
    await assertRoomStayedUp(client);
  });
}

test("pub_04 bey_06 a node that answers and never connects: the second after 8 s", async () => {
  const { client, id } = await ada(stage);
  nodes[0].on("POST", async (_request, pass) => {
    const answer = await pass();
    nodes[0].sessions.at(-1).path.isCut = true;
    return answer;
  });
  await assertSecondTakesOver(client, id, 1103030, TRY_MS + AT_ONCE_MS);
  await untilNode(nodes[0], "DELETE", () => nodes[0].open("whip").length === 0);
  await assertRoomStayedUp(client);
});

test("pub_04 bey_06 a node that never answers: the second after 8 s, and players are told where", async () => {
  nodes[0].on("POST", () => SILENCE);
  const { id, ada, bo } = await published(stage);
  await ada.untilPublisher("PUBLISHING", id);
  assert.deepEqual(told(ada, id), [
    ["PUBLISH_REQUESTING", 0],
    ["PUBLISH_REQUESTING", 1103030],
    ["PUBLISHING", 0],
  ]);
  await startPlaying(bo, id);
  await assertPicture(bo);
  assert.deepEqual(nodes[0].got("POST", "whep"), [], "players need not look for it");
  await assertRoomStayedUp(ada, bo);
});

// A browser follows the redirect without the token, and a page cannot see its target beforehand.
test("pub_03 bey_06 307 to another origin loses the token: refused", async () => {
  const { client, id } = await ada(stage);
  nodes[0].on("POST", ({ path }) => ({
    status: 307,
    headers: { location: `${nodes[1].url}${path}` },
  }));
  await client.publish(id);
  const { args } = await client.untilPublisher("NO_PUBLISH", id);
  assert.equal(args[0].errorCode, 1103019);
  await assertRoomStayedUp(client);
});

async function assertSecondTakesOver(client, id, code, within_ms) {
  await client.publish(id);
  const begun = await client.untilPublisher("PUBLISH_REQUESTING", id);
  const there = await client.untilPublisher("PUBLISHING", id);
  assert.deepEqual(told(client, id), [
    ["PUBLISH_REQUESTING", 0],
    ["PUBLISH_REQUESTING", code],
    ["PUBLISHING", 0],
  ]);
  const took_ms = there.at_ms - begun.at_ms;
  assert.ok(took_ms < within_ms, `${took_ms} ms`);
  assert.ok(nodes[0].got("POST").length > 0);
  await onlySession(nodes[1], "whip");
}

function busy(status, retryAfter) {
  return { status, headers: { "retry-after": retryAfter } };
}
