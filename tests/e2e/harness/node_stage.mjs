// A stage whose rooms have misbehaving media servers, and the assertions shared by its tests.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach } from "node:test";
import { PATIENCE_MS, withDeadline } from "./deadline.mjs";
import { FakeNode } from "./node.mjs";
import { assertPlays } from "./picture.mjs";
import { Server } from "./server.mjs";
import { useStage } from "./stage.mjs";

/**
 * Registers a stage whose only nodes are that many misbehaving ones, in the order they are tried.
 * Each has a real media server of its own behind it.
 */
export function useNodes(count) {
  const secret = randomBytes(32).toString("hex");
  const nodes = [];
  const media = [];
  const folder = mkdtempSync(join(tmpdir(), "holdfast-nodes-"));
  const prepare = async () => {
    for (let i = 0; i < count; i += 1) {
      nodes.push(await FakeNode.start());
      media.push(await Server.start(["--media-node"], undefined, { secret }));
      nodes[i].lead(`http://127.0.0.1:${media[i].port}`);
    }
    const file = join(folder, "nodes.toml");
    writeFileSync(file, nodesFile(nodes));
    return ["--dev", "--nodes", file];
  };
  const stage = useStage({ serverArgs: prepare(), place: { secret } });
  afterEach(() => {
    for (const node of nodes) node.reset();
  });
  after(async () => {
    for (const server of [...nodes, ...media]) await server.stop();
    rmSync(folder, { recursive: true });
  });
  return { stage, nodes };
}

/** Ada, logged in to a room of her own. */
export async function ada(stage) {
  const [client] = await stage.clientsIn(stage.name("room"), "ada");
  return { client, id: stage.name("stream") };
}

/** Ada publishes and Bo is in the room, not yet playing. */
export async function published(stage) {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await ada.publish(id);
  // The first nodes may be failing ones.
  await bo.untilStream("ADD", id, { deadline_ms: 2 * PATIENCE_MS });
  return { id, ada, bo };
}

/** Plays without waiting for the picture; the stream is kept as `remote`. */
export function startPlaying(client, id) {
  return client.page.evaluate((streamID) => {
    globalThis.playing = globalThis.engine.startPlayingStream(streamID).then((remote) => {
      globalThis.remote = remote;
      globalThis.showRemote(remote);
    });
    // An event tells its failure too.
    globalThis.playing.catch(() => {});
  }, id);
}

/** Asserts that the picture moves, after the play promise has resolved. */
export async function assertPicture(client) {
  await client.page.evaluate(() => globalThis.playing);
  await assertPlays(client.page);
}

/** States and codes told of a stream since a mark, oldest first. */
export function told(client, id, since = 0) {
  return ["publisherStateUpdate", "playerStateUpdate"].flatMap((name) =>
    client
      .told(name, since)
      .filter(([update]) => update.streamID === id)
      .map(([{ state, errorCode }]) => [state, errorCode]),
  );
}

/** Tries and waits told of a stream since a mark. */
export function retries(client, id, since = 0) {
  return client
    .told("retryUpdate", since)
    .map(([update]) => update)
    .filter((update) => update.id === id);
}

/** Waits for the node, with a deadline. */
export function untilNode(node, what, holds, deadline_ms = PATIENCE_MS) {
  const seen = () =>
    JSON.stringify(node.requests.map(({ method, path, status }) => [method, path, status]));
  return withDeadline(node.until(holds), deadline_ms, () => `the node got no ${what}: ${seen()}`);
}

/**
 * The one session of a kind that a node has. On a slow machine an offer may have been posted again;
 * then there are two sessions for a moment.
 */
export async function onlySession(node, kind) {
  await untilNode(node, `only session of ${kind}`, () => node.open(kind).length === 1);
  return node.open(kind)[0];
}

/** Waits until a session has been deleted and one other is left. */
export function untilReplaced(node, session) {
  const isReplaced = () => session.isEnded && node.open(session.kind).length === 1;
  return untilNode(node, `DELETE of ${session.url}`, isReplaced);
}

/** Asserts that the room was not affected, and that nothing in the pages went wrong. */
export async function assertRoomStayedUp(...clients) {
  for (const client of clients) {
    await client.settle();
    const reasons = client.told("roomStateChanged").map(([, reason]) => reason);
    assert.deepEqual(reasons, ["LOGINING", "LOGINED"], client.userID);
    assert.deepEqual(client.pageErrors, [], client.userID);
  }
}

function nodesFile(nodes) {
  const entries = nodes.map(({ url }, index) =>
    [
      "[[node]]",
      `name = "fake-${index}"`,
      `whip = "${url}/whip/{stream}"`,
      `whep = "${url}/whep/{stream}"`,
      `priority = ${index}`,
    ].join("\n"),
  );
  return ["[own]\nenabled = false", ...entries].join("\n\n");
}
