// A media server that accepts requests and never answers, or answers and never connects.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SILENCE } from "./harness/node.mjs";
import {
  ada,
  assertPicture,
  assertRoomStayedUp,
  published,
  startPlaying,
  told,
  untilNode,
  useNodes,
} from "./harness/node_stage.mjs";

const { stage, nodes } = useNodes(1);
const node = () => nodes[0];

/** A try's own time limit, and the delay of a busy machine. */
const TRY_MS = 8_000;
const SLACK_MS = 3_000;

for (const what of ["POST", "OPTIONS"]) {
  test(`pub_04 pub_05 bey_06 no answer to any ${what}: posted again four times, and over in 8 s`, async () => {
    const { client, id } = await ada(stage);
    node().on(what, () => SILENCE);
    await client.publish(id);
    const begun = await client.untilPublisher("PUBLISH_REQUESTING", id);
    const lost = await client.until("publisherStateUpdate", ({ errorCode }) => errorCode > 0);
    assert.deepEqual(told(client, id), [
      ["PUBLISH_REQUESTING", 0],
      ["PUBLISH_REQUESTING", 1103030],
    ]);
    const took_ms = lost.at_ms - begun.at_ms;
    assert.ok(took_ms >= TRY_MS - 100 && took_ms < TRY_MS + SLACK_MS, `${took_ms} ms`);
    if (what === "POST") assertRepeats(node().got("POST"));
    else assert.ok(node().preflights <= 5, `${node().preflights} preflights`);
    node().behave();
    await client.untilPublisher("PUBLISHING", id);
    await assertRoomStayedUp(client);
  });
}

test("pub_04 bey_06 only the first request hangs: the second wins, and one session is left", async () => {
  const { client, id } = await ada(stage);
  const { promise: untilLate, resolve: late } = gate();
  node().on("POST", async ({ count }, pass) => {
    if (count > 1) return pass();
    const answer = await pass();
    await untilLate;
    return answer;
  });
  await client.publish(id);
  const begun = await client.untilPublisher("PUBLISH_REQUESTING", id);
  const won = await client.untilPublisher("PUBLISHING", id);
  assert.ok(won.at_ms - begun.at_ms < 3000, `${won.at_ms - begun.at_ms} ms`);
  late();
  // The node recognises the offer, so both answers belong to one session.
  assert.equal(node().open("whip").length, 1);
  await startPlaying(client, id);
  await assertPicture(client);
  assert.deepEqual(told(client, id).slice(0, 2), [
    ["PUBLISH_REQUESTING", 0],
    ["PUBLISHING", 0],
  ]);
  assert.deepEqual(node().got("DELETE"), []);
  await assertRoomStayedUp(client);
});

test("play_04 bey_06 only a player's first request hangs, and is answered once the app has stopped", async () => {
  const { id, ada, bo } = await published(stage);
  const { promise: untilLate, resolve: late } = gate();
  node().on("POST", async ({ count }, pass) => {
    const answer = await pass();
    if (count === 1) await untilLate;
    return answer;
  });
  await startPlaying(bo, id);
  await assertPicture(bo);
  assert.deepEqual(
    node()
      .got("POST", "whep")
      .slice(0, 2)
      .map(({ status }) => status),
    [undefined, 201],
  );
  await bo.call("stopPlayingStream", id);
  late();
  await untilNode(node(), "DELETE", () => node().got("DELETE", "whep").length > 0);
  await assertRoomStayedUp(ada, bo);
});

test("pub_04 bey_06 a node that answers and never connects is given up after 8 s", async () => {
  const { client, id } = await ada(stage);
  let isBroken = true;
  node().on("POST", async (_request, pass) => {
    const answer = await pass();
    if (isBroken) node().sessions.at(-1).path.isCut = true;
    return answer;
  });
  await client.publish(id);
  const begun = await client.untilPublisher("PUBLISH_REQUESTING", id);
  const lost = await client.until("publisherStateUpdate", ({ errorCode }) => errorCode > 0);
  isBroken = false;
  const took_ms = lost.at_ms - begun.at_ms;
  assert.ok(took_ms >= TRY_MS - 100 && took_ms < TRY_MS + SLACK_MS, `${took_ms} ms`);
  await client.untilPublisher("PUBLISHING", id);
  assert.deepEqual(told(client, id), [
    ["PUBLISH_REQUESTING", 0],
    ["PUBLISH_REQUESTING", 1103030],
    ["PUBLISHING", 0],
  ]);
  await untilNode(node(), "DELETE", () => node().open("whip").length === 1);
  await assertRoomStayedUp(client);
});

test("pub_01 play_01 bey_06 a DELETE that is never answered holds up neither stop, start nor the page's end", async () => {
  const { id, ada, bo } = await published(stage);
  node().on("DELETE", () => SILENCE);
  await startPlaying(bo, id);
  await bo.untilPlayer("PLAYING", id);
  await atOnce(() => bo.call("stopPlayingStream", id));
  await bo.untilPlayer("NO_PLAY", id);
  const since = ada.mark();
  await atOnce(() => ada.call("stopPublishingStream", id));
  await ada.untilPublisher("NO_PUBLISH", id, { since });
  await ada.publish(id);
  await ada.untilPublisher("PUBLISHING", id, { since });
  await startPlaying(bo, id);
  await assertPicture(bo);
  const isDeleted = () => node().got("DELETE", "whip").length === 1;
  await untilNode(node(), "DELETE", () => isDeleted() && node().got("DELETE", "whep").length === 1);
  assertNoDeleteWasAnswered();
  await assertRoomStayedUp(ada, bo);
  await atOnce(() => ada.page.close());
  await bo.untilUser("DELETE", "ada", { deadline_ms: 3000 });
  await assertRoomStayedUp(bo);
});

test("pub_01 bey_06 DELETEs that are never answered do not use up the browser's connections", async () => {
  const { client, id } = await ada(stage);
  node().on("DELETE", () => SILENCE);
  // A browser keeps at most six connections to one server.
  for (let turn = 1; turn <= 8; turn += 1) {
    const since = client.mark();
    await client.publish(id);
    await client.untilPublisher("PUBLISHING", id, { since, what: `turn ${turn}` });
    await client.call("stopPublishingStream", id);
    await client.untilPublisher("NO_PUBLISH", id, { since });
  }
  assertNoDeleteWasAnswered();
  await assertRoomStayedUp(client);
});

function assertNoDeleteWasAnswered() {
  const deletes = node().got("DELETE");
  assert.ok(deletes.length > 0 && deletes.every(({ status }) => status === undefined));
}

/** Asserts that it does not wait for an answer that never arrives. */
async function atOnce(act) {
  const begun_ms = Date.now();
  await act();
  const took_ms = Date.now() - begun_ms;
  assert.ok(took_ms < 2000, `${took_ms} ms`);
}

/** Posts repeat every 500 ms, four times after the first. */
function assertRepeats(posts) {
  assert.equal(posts.length, 5);
  const gaps = posts.slice(1).map(({ at_ms }, index) => at_ms - posts[index].at_ms);
  for (const gap_ms of gaps) assert.ok(gap_ms > 200 && gap_ms < 1000, `gaps ${gaps} ms`);
  assert.equal(new Set(posts.map(({ body }) => body)).size, 1, "the same offer");
}

function gate() {
  let resolve;
  const promise = new Promise((open) => {
    resolve = open;
  });
  return { promise, resolve };
}
