// A media server that answers offers badly: the room stays up, and all works once it behaves.

import assert from "node:assert/strict";
import { test } from "node:test";
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
  untilReplaced,
  useNodes,
} from "./harness/node_stage.mjs";

const { stage, nodes } = useNodes(1);
const node = () => nodes[0];

const STRANGE_PRINT = Array.from({ length: 32 }, () => "AB").join(":");

const USELESS = [
  { what: "no SDP", change: () => "<html>Welcome to nginx!</html>" },
  { what: "nothing", change: () => "" },
  { what: "an answer to other mids", change: (sdp) => sdp.replaceAll(/^a=mid:/gm, "a=mid:x") },
  { what: "an offer's first half", change: (sdp) => sdp.slice(0, sdp.indexOf("m=")) },
];

for (const { what, change } of USELESS) {
  test(`pub_04 play_04 bey_06 ${what} in place of an answer is a failed try`, async () => {
    const { client, id } = await ada(stage);
    node().on("POST", firstIs(change));
    await client.publish(id);
    await client.untilPublisher("PUBLISHING", id);
    assert.deepEqual(told(client, id), [
      ["PUBLISH_REQUESTING", 0],
      ["PUBLISH_REQUESTING", 1103025],
      ["PUBLISHING", 0],
    ]);
    // The session behind the useless answer is deleted.
    await untilNode(node(), "DELETE", () => node().open("whip").length === 1);

    node().on("POST", firstIs(change));
    await startPlaying(client, id);
    await client.untilPlayer("PLAYING", id);
    assert.deepEqual(told(client, id).slice(3), [
      ["PLAY_REQUESTING", 0],
      ["PLAY_REQUESTING", 1104025],
      ["PLAYING", 0],
    ]);
    await assertPicture(client);
    await untilNode(node(), "DELETE", () => node().open("whep").length === 1);
    await assertRoomStayedUp(client);
  });
}

test("pub_04 bey_06 an answer with another's fingerprint never connects, and the next try does", async () => {
  const { client, id } = await ada(stage);
  const other = (sdp) => sdp.replaceAll(/(a=fingerprint:sha-256 ).*/gi, `$1${STRANGE_PRINT}`);
  node().on("POST", firstIs(other));
  await client.publish(id);
  await client.untilPublisher("PUBLISHING", id, { deadline_ms: 20_000 });
  const [start, trouble, end, ...more] = told(client, id);
  assert.deepEqual([start, end, more], [["PUBLISH_REQUESTING", 0], ["PUBLISHING", 0], []]);
  // Chromium reports a failure, or nothing for 8 s.
  assert.ok([1103028, 1103030].includes(trouble[1]), `${trouble}`);
  await assertRoomStayedUp(client);
});

test("pub_05 bey_06 a node that never answers with SDP ends the publisher after three rounds", async () => {
  const { client, id } = await ada(stage);
  node().on("POST", async () => ({ status: 201, body: "not SDP" }));
  await client.publish(id);
  await client.untilPublisher("NO_PUBLISH", id, { deadline_ms: 20_000 });
  assert.deepEqual(told(client, id), [
    ["PUBLISH_REQUESTING", 0],
    ["PUBLISH_REQUESTING", 1103025],
    ["NO_PUBLISH", 1103025],
  ]);
  assert.equal(node().got("POST").length, 3);
  await assertRoomStayedUp(client);
});

test("bey_06 201 without Location publishes, and nothing is deleted that was not named", async () => {
  const { client, id } = await ada(stage);
  node().on("POST", without("location"));
  await client.publish(id);
  await client.untilPublisher("PUBLISHING", id);
  const since = client.mark();
  await client.call("stopPublishingStream", id);
  await client.untilPublisher("NO_PUBLISH", id, { since });
  await client.publish(id);
  await client.untilPublisher("PUBLISHING", id, { since });
  await client.settle();
  assert.deepEqual(node().got("DELETE"), []);
  await assertRoomStayedUp(client);
});

test("play_04 bey_06 201 without ETag: no restart is asked for, a fresh session brings it back", async () => {
  const { id, ada, bo } = await published(stage);
  node().on("POST", without("etag"));
  await startPlaying(bo, id);
  await assertPicture(bo);
  const first = await onlySession(node(), "whep");
  const cut_ms = Date.now();
  first.path.isCut = true;
  await bo.untilFrame({ after_ms: cut_ms + 300, deadline_ms: 5000 });
  await untilReplaced(node(), first);
  assert.deepEqual(node().got("PATCH"), []);
  await assertPicture(bo);
  await assertRoomStayedUp(ada, bo);
});

test("bey_06 307 is followed, and the session is where the last address says", async () => {
  const { client, id } = await ada(stage);
  const moved = `/moved/whip/${id}`;
  node().on("POST", (request, pass) =>
    request.path === moved ? pass(`/whip/${id}`) : redirect(moved),
  );
  node().on("DELETE", (request, pass) => pass(request.path.replace("/moved", "")));
  await client.publish(id);
  await client.untilPublisher("PUBLISHING", id);
  await client.call("stopPublishingStream", id);
  await untilNode(node(), "DELETE", () => node().got("DELETE").length > 0);
  assert.deepEqual(
    node()
      .got("POST")
      .map(({ path }) => path),
    [`/whip/${id}`, moved],
  );
  assert.match(node().got("DELETE")[0].path, new RegExp(`^${moved}/.+`));
  await untilNode(node(), "DELETE", () => node().open("whip").length === 0);
  await assertRoomStayedUp(client);
});

// A browser follows up to 20 redirects by itself, and a page can neither see nor limit them.
test("pub_05 bey_06 a 307 loop is a failed try, and a bounded one", async () => {
  const { client, id } = await ada(stage);
  node().on("POST", () => redirect(`/whip/${id}`));
  await client.publish(id);
  await client.until("retryUpdate", ({ nextAttemptInMs }) => nextAttemptInMs > 0);
  assert.deepEqual(told(client, id), [
    ["PUBLISH_REQUESTING", 0],
    ["PUBLISH_REQUESTING", 1103021],
  ]);
  assert.ok(node().got("POST").length <= 21, `${node().got("POST").length} requests`);
  node().behave();
  await client.untilPublisher("PUBLISHING", id, { deadline_ms: 20_000 });
  await assertRoomStayedUp(client);
});

test("pub_03 bey_06 401 once: a token is asked for anew, and nothing is told", async () => {
  const { client, id } = await ada(stage);
  const once401 = (request, pass) => (request.count === 1 ? { status: 401 } : pass());
  node().on("POST", once401);
  await client.publish(id);
  await client.untilPublisher("PUBLISHING", id);
  node().on("POST", once401);
  await startPlaying(client, id);
  await client.untilPlayer("PLAYING", id);
  assert.deepEqual(told(client, id), [
    ["PUBLISH_REQUESTING", 0],
    ["PUBLISHING", 0],
    ["PLAY_REQUESTING", 0],
    ["PLAYING", 0],
  ]);
  assert.equal(retries(client, id).length, 4, "two tries each");
  await assertPicture(client);
  await assertRoomStayedUp(client);
});

for (const status of [401, 403]) {
  test(`pub_03 play_05 bey_06 ${status} always: over, after one token more`, async () => {
    const { client, id } = await ada(stage);
    await client.publish(id);
    await client.untilPublisher("PUBLISHING", id);
    node().on("POST", () => ({ status }));
    await startPlaying(client, id);
    await client.untilPlayer("NO_PLAY", id);
    const refused = stage.name("stream");
    await client.publish(refused);
    await client.untilPublisher("NO_PUBLISH", refused);
    assert.deepEqual(told(client, id).slice(2), [
      ["PLAY_REQUESTING", 0],
      ["NO_PLAY", 1104046],
    ]);
    assert.deepEqual(told(client, refused), [
      ["PUBLISH_REQUESTING", 0],
      ["NO_PUBLISH", 1103019],
    ]);
    for (const kind of ["whep", "whip"]) {
      const refusals = node()
        .got("POST", kind)
        .filter((request) => request.status === status);
      assert.equal(refusals.length, 2, kind);
    }
    // PUB-07: the app may try again, and it works once the node is well.
    node().behave();
    await client.publish(refused);
    await client.untilPublisher("PUBLISHING", refused);
    await assertRoomStayedUp(client);
  });
}

test("pub_05 bey_06 409 for a publisher is a failed try like any other", async () => {
  const { client, id } = await ada(stage);
  node().on("POST", ({ count }, pass) => (count <= 2 ? { status: 409 } : pass()));
  await client.publish(id);
  await client.untilPublisher("PUBLISHING", id);
  assert.deepEqual(told(client, id), [
    ["PUBLISH_REQUESTING", 0],
    ["PUBLISH_REQUESTING", 1103021],
    ["PUBLISHING", 0],
  ]);
  await assertRoomStayedUp(client);
});

for (const status of [404, 409]) {
  test(`play_07 bey_06 ${status} for a player is a stream that may still come`, async () => {
    const { id, ada, bo } = await published(stage);
    node().on("POST", ({ kind }, pass) => (kind === "whep" ? { status } : pass()));
    await startPlaying(bo, id);
    // Any other failure would end the player after three rounds.
    const isFourth = () => node().got("POST", "whep").length >= 4;
    await untilNode(node(), "fourth try", isFourth, 30_000);
    node().behave();
    await bo.untilPlayer("PLAYING", id, { deadline_ms: 20_000 });
    assert.deepEqual(told(bo, id), [
      ["PLAY_REQUESTING", 0],
      ["PLAY_REQUESTING", 1104039],
      ["PLAYING", 0],
    ]);
    await assertPicture(bo);
    await assertRoomStayedUp(ada, bo);
  });
}

/** Changes the first answer and leaves all others as they are. */
function firstIs(change) {
  return async ({ count }, pass) => {
    const answer = await pass();
    return count === 1 ? { ...answer, body: change(answer.body) } : answer;
  };
}

function without(name) {
  return async (_request, pass) => {
    const answer = await pass();
    delete answer.headers[name];
    return answer;
  };
}

function redirect(location) {
  return { status: 307, headers: { location } };
}
