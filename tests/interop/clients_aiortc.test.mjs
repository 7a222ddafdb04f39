// A WHIP and a WHEP client on aiortc (Python), through our own media server.

import assert from "node:assert/strict";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { useStage } from "../e2e/harness/stage.mjs";
import { publishedForGuest, seenInTheRoom } from "./guest.mjs";
import { Program } from "./program.mjs";
import { have } from "./programs.mjs";
import { CANNOT_RUN } from "./scene.mjs";

const FRAMES = 30;

const { folder, reason } = await have("aiortc");

describe("aiortc as a client", { skip: reason ?? CANNOT_RUN }, () => {
  const stage = useStage();
  afterEach(() => Program.killAll());
  const script = fileURLToPath(new URL("aiortc/client.py", import.meta.url));

  async function start(direction, path, token) {
    const python = join(folder, "venv/bin/python");
    const url = `http://127.0.0.1:${stage.server.port}${path}`;
    const client = new Program([python, script, direction, url], { env: { TOKEN: token } });
    await client.start();
    return client;
  }

  test("bey_06 what aiortc publishes by WHIP is a stream of the room", async () => {
    const { user } = await seenInTheRoom(stage, async (path, token) => {
      const client = await start("publish", path, token);
      return () => client.endInput(/^DELETE 200$/);
    });
    assert.equal(user.userID, "cy");
  });

  test("bey_06 aiortc plays a stream of the room by WHEP", async () => {
    const { path, token } = await publishedForGuest(stage);
    const client = await start("play", path, token);
    await client.untilLine(new RegExp(`^frames ${FRAMES}$`));
    await client.endInput(/^DELETE 200$/);
  });
});
