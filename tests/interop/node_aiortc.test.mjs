// A room's media through a server on aiortc (Python).

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, Program } from "./program.mjs";
import { have } from "./programs.mjs";
import {
  CANNOT_RUN,
  publishAndPlay,
  requestsTo,
  stopPublishing,
  survivesRestart,
  useNode,
} from "./scene.mjs";

const { folder, reason } = await have("aiortc");

describe("aiortc as a node", { skip: reason ?? CANNOT_RUN }, async () => {
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const origin = `http://127.0.0.1:${port}`;
  const script = fileURLToPath(new URL("aiortc/node.py", import.meta.url));
  const program = new Program([join(folder ?? "", "venv/bin/python"), script, String(port)], {
    port,
    env: { TOKEN: token },
  });
  const stage = useNode(program, {
    name: "aiortc",
    whip: `${origin}/{stream}/whip`,
    whep: `${origin}/{stream}/whep`,
    auth: `{ bearer = "${token}" }`,
  });

  test("bey_06 a stream is published to and played from aiortc, with a bearer of its own", async () => {
    const scene = await publishAndPlay(stage);
    const requests = requestsTo(scene.ada, origin);
    await stopPublishing(scene);
    await requests.until(/^DELETE \/session\/\S+ 200$/);
  });

  test("bey_06 aiortc dies and comes back: publisher and player come back by themselves", async () => {
    await survivesRestart(program, origin, await publishAndPlay(stage));
  });
});
