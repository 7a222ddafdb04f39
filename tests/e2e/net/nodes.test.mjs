// Media servers that die while others of the room live: media moves on by itself.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { mediaRoutes } from "./media_route.mjs";
import { assertOneOutage, outage, RECOVERY_MS, untilFlowing } from "./outage.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import { assertRoomStates, assertUntold, caughtUp, marks } from "./states.mjs";
import { SERVER_ADDRESS } from "./topology.mjs";
import { until } from "./until.mjs";

/** The ports of the nodes, in the order they are tried; their media ports are 1000 higher. */
const PORTS = [8090, 8091];

const folder = mkdtempSync(join(tmpdir(), "holdfast-nodes-"));
const file = join(folder, "nodes.toml");
writeFileSync(file, nodesFile());
after(() => rmSync(folder, { recursive: true }));

inBrowsers(["chromium"], (kind) => {
  scene(
    "pub_04 play_04 pub_06 play_06 a node is killed: media moves to the other, and back when that one is",
    (stage, t) => moving(stage, kind, t),
    { serverArgs: ["--dev", "--nodes", file] },
  );
});

async function moving(stage, kind, t) {
  const { secret } = stage.server;
  const start = (port) => stage.rig.startServer({ args: ["--media-node"], port, secret });
  const [first, second] = await Promise.all(PORTS.map(start));
  const { ada, bo } = await stage.pair("room", { kind });
  await outage(stage, [[ada, bo, "stream"]], async () => {
    await untilAt(first, ada, bo);
    await move({ ada, bo, from: first, to: second }, stage, t);
    await first.start();
    await move({ ada, bo, from: second, to: first }, stage, t);
  });
}

async function move({ ada, bo, from, to }, stage, t) {
  await caughtUp(ada, bo);
  const since = marks(ada, bo);
  const { at_ms, seen_ms } = await from.kill();
  // If media moves within a second of silence, nothing is told.
  await untilAt(to, ada, bo);
  await untilFlowing(stage, [[ada, bo, "stream"]], { after_ms: seen_ms, since });
  const { gap_ms } = await bo.longestGap({ since_ms: at_ms });
  t.diagnostic(`to ${to.port}: ${Math.round(gap_ms)} ms without a frame`);
  assertOneOutage(ada, since.ada, "publisher");
  assertOneOutage(bo, since.bo, "player");
  assertRoomStates(ada, since.ada, []);
  assertUntold(bo, since.bo);
}

/** Waits until all media flows through this node. */
async function untilAt(node, ...clients) {
  const port = node.port + 1000;
  for (const client of clients) {
    await until(
      `${client.userID}'s media at ${port}`,
      async () => {
        const routes = await mediaRoutes(client);
        return routes.length > 0 && routes.every((route) => route.port === port);
      },
      RECOVERY_MS,
    );
  }
}

function nodesFile() {
  const nodes = PORTS.map((port) => {
    const url = `http://${SERVER_ADDRESS}:${port}`;
    return `[[node]]
name = "node-${port}"
whip = "${url}/whip/{stream}"
whep = "${url}/whep/{stream}"
priority = ${port}`;
  });
  return ["[own]\nenabled = false", ...nodes].join("\n\n");
}
