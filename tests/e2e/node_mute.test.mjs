// Mutes of played streams, when a session replaces another and nobody is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertPicture,
  assertRoomStayedUp,
  onlySession,
  published,
  startPlaying,
  untilReplaced,
  useNodes,
} from "./harness/node_stage.mjs";

const { stage, nodes } = useNodes(1);

test("play_06 a mute is taken over by the session that replaces a silent one", async () => {
  const [node] = nodes;
  const { id, ada, bo } = await published(stage);
  await startPlaying(bo, id);
  await assertPicture(bo);
  await bo.call("mutePlayStreamAudio", id, true);
  const first = await onlySession(node, "whep");
  node.on("PATCH", () => ({ status: 405 }));
  // Whether each audio track is enabled when it arrives: a moment of sound breaks the mute.
  await bo.page.evaluate(() => {
    globalThis.heard = [];
    const { remote } = globalThis;
    const addTrack = remote.addTrack;
    remote.addTrack = (track) => {
      if (track.kind === "audio") globalThis.heard.push(track.enabled);
      addTrack.call(remote, track);
    };
  });
  first.path.isCut = true;
  await untilReplaced(node, first);
  assert.deepEqual(await bo.page.evaluate(() => globalThis.heard), [false]);
  await assertPicture(bo);
  await assertRoomStayedUp(ada, bo);
});
