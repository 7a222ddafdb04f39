// destroyEngine stops everything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("destroyEngine leaves the room, ends media and captures, and drops the listeners", async () => {
  const { id, ada, bo } = await stage.playing();
  const back = stage.name("stream");
  await bo.publish(back);
  await ada.untilStream("ADD", back);
  await ada.play(back);
  await assertPlays(ada.page);
  await ada.settle();

  const since = bo.mark();
  const told = ada.mark();
  await ada.call("destroyEngine");
  await bo.untilStream("DELETE", id, { since });
  await bo.untilUser("DELETE", "ada", { since });
  await ada.settle();

  const left = await ada.page.evaluate(() => ({
    peers: globalThis.peers.map((peer) => peer.connectionState),
    tracks: globalThis.local.getTracks().map((track) => track.readyState),
  }));
  assert.deepEqual(left, { peers: ["closed", "closed"], tracks: ["ended", "ended"] });
  assert.deepEqual(ada.events.slice(told), [], "no listener is left");
  assert.equal(ada.openSockets, 0);
  assert.deepEqual(ada.pageErrors, []);
});

test("a destroyed engine refuses every call with a code, and a new one works", async () => {
  const client = await stage.client("ada");
  await client.call("destroyEngine");
  for (const [method, ...args] of [
    ["loginRoom", "room", "token", { userID: "ada" }],
    ["createStream", { camera: {} }],
    ["startPlayingStream", "stream"],
    ["setEngineConfig", { roomRetryTime: "soon" }],
    ["setEngineConfig", "nothing=3"],
  ]) {
    const { error } = await client.attempt(method, ...args);
    assert.equal(error?.code, 1101000, `${method}: ${JSON.stringify(error)}`);
  }
  await client.call("destroyEngine"); // a second time is harmless
  assert.equal(client.traffic.sockets, 0);

  await client.page.evaluate((origin) => {
    globalThis.engine = new globalThis.sdk.ExpressEngine(globalThis.app, origin);
  }, stage.server.url);
  assert.equal(await client.login(stage.name("room")), true);
});
