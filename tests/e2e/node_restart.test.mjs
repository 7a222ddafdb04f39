// ICE restarts that a media server answers badly: a fresh session brings the media back in time.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { SILENCE } from "./harness/node.mjs";
import {
  ada,
  assertPicture,
  assertRoomStayedUp,
  onlySession,
  published,
  startPlaying,
  told,
  untilReplaced,
  useNodes,
} from "./harness/node_stage.mjs";

const { stage, nodes } = useNodes(1);
const node = () => nodes[0];

/** Below the time limit of any request or session, which is 8 s. */
const IN_TIME_MS = 6_000;
/** A publisher only receives RTCP, so its silence is noticed later. */
const NOTICED_MS = 12_000;

const BAD_ANSWERS = [
  ...[404, 405, 412, 422, 428, 500, 501].map((status) => ({
    what: `${status}`,
    answer: { status, headers: { "retry-after": "30" } },
  })),
  { what: "200 with garbage", answer: fragment("<html>Welcome to nginx!</html>") },
  { what: "200 with half a fragment", answer: fragment("a=ice-ufrag:only\r\n") },
  {
    what: "200 with credentials of nobody",
    answer: fragment(`a=ice-ufrag:${"u".repeat(8)}\r\na=ice-pwd:${"p".repeat(24)}\r\n`),
  },
  { what: "401", answer: { status: 401 } },
  { what: "silence", answer: SILENCE },
];

for (const { what, answer } of BAD_ANSWERS) {
  test(`play_04 bey_06 PATCH is answered by ${what}: a fresh session plays`, async () => {
    const { id, ada, bo } = await published(stage);
    await startPlaying(bo, id);
    await assertPicture(bo);
    const first = await onlySession(node(), "whep");
    node().on("PATCH", () => answer);
    const since = bo.mark();
    const cut_ms = cut(first);
    await bo.untilFrame({ after_ms: cut_ms + 300, deadline_ms: IN_TIME_MS });
    await untilReplaced(node(), first);
    assertRestartWasAsked("whep", answer.status);
    await bo.settle();
    assertLostAndBack(told(bo, id, since), "PLAY_REQUESTING", "PLAYING");
    await assertPicture(bo);
    await assertRoomStayedUp(ada, bo);
  });
}

for (const { what, answer } of BAD_ANSWERS.filter(({ what }) => /404|garbage|silence/.test(what))) {
  test(`pub_04 bey_06 PATCH is answered by ${what}: a fresh session publishes`, async () => {
    const { client, id } = await ada(stage);
    await client.publish(id);
    await client.untilPublisher("PUBLISHING", id);
    await startPlaying(client, id);
    await assertPicture(client);
    const first = await onlySession(node(), "whip");
    node().on("PATCH", () => answer);
    const since = client.mark();
    const cut_ms = cut(first);
    await client.untilFrame({ after_ms: cut_ms + 300, deadline_ms: NOTICED_MS });
    await untilReplaced(node(), first);
    assertRestartWasAsked("whip", answer.status);
    await client.settle();
    const news = told(client, id, since).filter(([state]) => state.includes("PUBLISH"));
    assertLostAndBack(news, "PUBLISH_REQUESTING", "PUBLISHING");
    await assertPicture(client);
    await assertRoomStayedUp(client);
  });
}

test("play_04 bey_06 an ETag that is another each time does not keep a restart from working", async () => {
  const { id, ada, bo } = await published(stage);
  const tags = [];
  const restless = async (_request, pass) => {
    const answer = await pass();
    tags.push(`"${randomUUID()}"`);
    return { ...answer, headers: { ...answer.headers, etag: tags.at(-1) } };
  };
  node().on("POST", restless);
  await startPlaying(bo, id);
  await assertPicture(bo);
  const session = await onlySession(node(), "whep");
  // The restart's answer names a new path, and no fresh session can be had.
  node().on("PATCH", restless);
  node().on("POST", () => SILENCE);
  const cut_ms = cut(session);
  await bo.untilFrame({ after_ms: cut_ms + 300 });
  assertRestartWasAsked("whep", 200);
  assert.ok(new Set(tags).size >= 2);
  assert.equal(session.paths.length, 2, "the same session goes another way");
  assert.deepEqual(node().open("whep"), [session]);
  await assertPicture(bo);
  await assertRoomStayedUp(ada, bo);
});

/** Cuts a session's path; returns when. */
function cut(session) {
  session.path.isCut = true;
  return Date.now();
}

/** Told of a loss and a return; or of nothing, if media was back before it counted as lost (MEDIA-09). */
function assertLostAndBack(news, lost, back) {
  const whole = [
    [lost, 1000017],
    [back, 0],
  ];
  assert.deepEqual(news, news.length > 0 ? whole : []);
}

/** One restart was asked for, answered with that status or not at all, as in RFC 9725 section 4.3.3. */
function assertRestartWasAsked(kind, status) {
  const patches = node().got("PATCH", kind);
  assert.equal(patches.length, 1);
  const [{ headers, body, path, ...patch }] = patches;
  assert.equal(patch.status, status, "the node answered as it was told to");
  assert.equal(headers["if-match"], "*");
  assert.equal(headers["content-type"], "application/trickle-ice-sdpfrag");
  assert.match(headers.authorization, /^Bearer ./);
  assert.match(body, /^a=ice-ufrag:.+/m);
  assert.ok(node().sessions.some(({ url }) => url === path));
}

function fragment(body) {
  const headers = { "content-type": "application/trickle-ice-sdpfrag", etag: '"next"' };
  return { status: 200, headers, body };
}
