// A room's media through Pion's own WHIP and WHEP example (Go), unchanged.
//
// It has one H.264 stream for everyone and ignores stream IDs. It has no session to PATCH or DELETE
// (its handler panics), and lets no other origin read the Location.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { stats } from "../e2e/harness/picture.mjs";
import { Program } from "./program.mjs";
import { have } from "./programs.mjs";
import {
  CANNOT_RUN,
  publishAndPlay,
  requestsTo,
  stopPublishing,
  survivesRestart,
  useNode,
} from "./scene.mjs";

/** The example's fixed port. */
const PORT = 8080;

const { folder, reason } = await have("pion");

describe("Pion as a node", { skip: reason ?? CANNOT_RUN }, () => {
  const origin = `http://127.0.0.1:${PORT}`;
  const program = new Program([join(folder ?? "", "whip-whep")], { port: PORT });
  const stage = useNode(program, {
    name: "pion",
    whip: `${origin}/whip?{stream}`,
    whep: `${origin}/whep?{stream}`,
    auth: '"none"',
  });

  test("bey_06 a stream is published to and played from Pion, without a Location", async () => {
    const scene = await publishAndPlay(stage);
    const [sent] = (await stats(scene.ada.page, "outbound-rtp")).filter((e) => e.kind === "video");
    assert.equal(sent.codec, "video/H264", "the only one it takes, though not asked for");
    const { seen } = requestsTo(scene.ada, origin);
    await stopPublishing(scene);
    await scene.ada.settle();
    assert.deepEqual(seen, [], "nothing is asked of a session whose address is unknown");
  });

  test("bey_06 Pion dies and comes back: publisher and player come back by themselves", async () => {
    await survivesRestart(program, origin, await publishAndPlay(stage));
  });
});
