// Checks what a media server must do to be a room's node, with two users of the SDK.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { PATIENCE_MS, withDeadline } from "../e2e/harness/deadline.mjs";
import { assertPlays } from "../e2e/harness/picture.mjs";
import { useStage } from "../e2e/harness/stage.mjs";

/** A browser takes 5 to 7 s to notice that a server is gone, and then some tries to come back. */
const RECOVERY_MS = 45_000;

/** Why tests with a browser and a third-party program cannot run here, or false. */
export const CANNOT_RUN = process.env.HOLDFAST_LOOPBACK
  ? "the programs offer no candidate on plain loopback; it takes a network namespace"
  : false;

/**
 * A stage whose rooms have only this node, with the node's program running.
 *
 * @param program The `Program` to start, if any.
 * @param node Its entry in the nodes file: `{ name, whip, whep, auth }`.
 */
export function useNode(program, node) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-interop-"));
  const file = join(folder, "nodes.toml");
  writeFileSync(file, describe(node));
  before(() => program.start());
  const stage = useStage({ serverArgs: ["--dev", "--nodes", file] });
  after(async () => {
    await program.kill();
    rmSync(folder, { recursive: true });
  });
  return stage;
}

/** The text of the nodes file. JSON strings are valid TOML strings. */
function describe({ name, whip, whep, auth }) {
  const lines = [`name = ${JSON.stringify(name)}`, `whip = ${JSON.stringify(whip)}`];
  lines.push(`whep = ${JSON.stringify(whep)}`, `auth = ${auth}`);
  return `[own]\nenabled = false\n\n[[node]]\n${lines.join("\n")}\n`;
}

/** Records a page's requests to an origin from now on, as lines `METHOD path status`. */
export function requestsTo(client, origin) {
  const seen = [];
  const waits = new Set();
  client.page.on("requestfinished", async (request) => {
    if (!request.url().startsWith(origin)) return;
    const response = await request.response();
    const line = `${request.method()} ${new URL(request.url()).pathname} ${response?.status()}`;
    seen.push(line);
    for (const wait of waits) wait(line);
  });
  /** Waits for the first request that matches, among those seen and those to come. */
  const until = (pattern, deadline_ms = PATIENCE_MS) => {
    const found = new Promise((resolve) => {
      const wait = (line) => pattern.test(line) && resolve(line);
      for (const line of seen) wait(line);
      waits.add(wait);
    });
    return withDeadline(found, deadline_ms, () => `no ${pattern} in ${seen.join(", ")}`);
  };
  return { seen, until };
}

/**
 * Ada publishes and Bo plays, both through the node; checks the events of the room.
 *
 * @param options Options of publishing.
 * @param camera What to capture.
 */
export async function publishAndPlay(stage, options = {}, camera = {}) {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await ada.page.evaluate(async (wanted) => {
    globalThis.local = await globalThis.engine.createStream({ camera: wanted });
  }, camera);
  await ada.publish(id, options);
  await ada.untilPublisher("PUBLISHING", id);
  const added = await bo.untilStream("ADD", id);
  assert.deepEqual(
    added.args[2].map(({ streamID, user }) => [streamID, user.userID]),
    [[id, "ada"]],
  );
  await bo.play(id);
  await bo.untilPlayer("PLAYING", id);
  await assertPlays(bo.page);
  return { room, id, ada, bo };
}

/** The publisher stops; checks that the room and the player are told. */
export async function stopPublishing({ id, ada, bo }) {
  await ada.call("stopPublishingStream", id);
  await ada.untilPublisher("NO_PUBLISH", id);
  const deleted = await bo.untilStream("DELETE", id);
  const { stream_delete_reason: reasons } = JSON.parse(deleted.args[3]);
  assert.deepEqual(
    reasons.map(({ stream_id, code }) => [stream_id, code]),
    [[id, 1]],
  );
}

/**
 * The node dies and is started again at once, without its sessions. Publisher and player notice
 * that and come back by themselves. If the node were down longer, three rounds could fail (PUB-05).
 * A loss that is repaired fast enough is not reported as a change of state.
 */
export async function survivesRestart(program, origin, { ada, bo }) {
  const since = ada.mark();
  const posts = [ada, bo].map((client) => requestsTo(client, origin));
  await program.kill();
  await program.start();
  await Promise.all(posts.map(({ until }) => until(/^POST \S+ 201$/, RECOVERY_MS)));
  await assertPlays(bo.page);
  await untilToldLast(ada, "publisherStateUpdate", "PUBLISHING");
  await untilToldLast(bo, "playerStateUpdate", "PLAYING");
  assert.deepEqual(ada.told("roomStateChanged", since), [], "the room stays up throughout");
}

async function untilToldLast(client, name, state) {
  if (client.told(name).at(-1)[0].state === state) return;
  await client.until(name, (update) => update.state === state, { since: client.mark() });
}
