// One page in several rooms at once (ROOM-17), against the real server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayProxy } from "./delay_proxy.mjs";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("room_17 a page publishes in one room, plays from another, recovers in both and leaves one", async (t) => {
  const [stageRoom, backstage] = [stage.name("room"), stage.name("room")];
  const [sent, played] = [stage.name("stream"), stage.name("stream")];
  const proxy = await DelayProxy.start(stage.server.port, 0);
  t.after(() => proxy.stop());
  const ada = await stage.client("ada", `http://localhost:${proxy.port}`);
  assert.equal(await ada.call("enableMultiRoom", true), true);
  await ada.login(stageRoom);
  await ada.login(backstage);
  const [bo] = await stage.clientsIn(stageRoom, "bo");
  const [cem] = await stage.clientsIn(backstage, "cem");
  await cem.publish(played);

  // It publishes in the one room, and plays from the other without naming it.
  await ada.publish(sent, { roomID: stageRoom });
  await bo.untilStream("ADD", sent);
  const added = await ada.untilStream("ADD", played);
  assert.equal(added.args[0], backstage);
  await ada.play(played);
  await assertPlays(ada.page);
  await bo.play(sent);
  await assertPlays(bo.page);

  // The network is cut: each room loses its link, is told of it, and is back.
  const since = ada.mark();
  const othersSince = [bo.mark(), cem.mark()];
  proxy.cut();
  for (const room of [stageRoom, backstage]) {
    const isBack = (told, reason) => told === room && reason === "RECONNECTED";
    await ada.until("roomStateChanged", isBack, { since });
    assert.deepEqual(reasonsOf(ada, room, since), ["RECONNECTING", "RECONNECTED"]);
  }
  await assertPlays(ada.page);
  await assertPlays(bo.page);
  await Promise.all([bo.settle(), cem.settle()]);
  assert.deepEqual(bo.told("roomUserUpdate", othersSince[0]), [], "room_08 nobody else is told");
  assert.deepEqual(cem.told("roomUserUpdate", othersSince[1]), []);

  // Messages name their room, and carry it.
  await ada.call("sendBroadcastMessage", stageRoom, "to the stage");
  await bo.until("IMRecvBroadcastMessage", (room, [{ message }]) => {
    return room === stageRoom && message === "to the stage";
  });
  assert.deepEqual(cem.told("IMRecvBroadcastMessage"), []);

  // One room is left, and the other goes on with its stream.
  const left = ada.mark();
  await ada.call("logoutRoom", stageRoom);
  await ada.until("roomStateChanged", (room, reason) => room === stageRoom && reason === "LOGOUT", {
    since: left,
  });
  await ada.untilPublisher("NO_PUBLISH", sent, { since: left });
  await bo.untilUser("DELETE", "ada");
  await assertPlays(ada.page);
  await ada.settle();
  assert.deepEqual(reasonsOf(ada, backstage, left), []);
  assert.deepEqual(ada.told("playerStateUpdate", left), []);
  assert.deepEqual(cem.told("roomUserUpdate", othersSince[1]), []);
  const code = async (...args) => (await ada.attempt("sendBroadcastMessage", ...args)).error?.code;
  assert.equal(await code(stageRoom, "hello?"), 1002002);
  assert.equal(await code(backstage, "hello"), undefined);

  // Without a room, all are left.
  await ada.call("logoutRoom");
  await cem.untilUser("DELETE", "ada");
  assert.deepEqual(ada.pageErrors, []);
});

test("room_17 the rooms of a page end each other only when another device logs in", async () => {
  const rooms = [stage.name("room"), stage.name("room"), stage.name("room")];
  const ada = await stage.client("ada");
  await ada.call("enableMultiRoom", true);
  await ada.login(rooms[0]);
  await ada.login(rooms[1]);
  assert.equal(await ada.call("enableMultiRoom", false), false, "after a login it is too late");
  const since = ada.mark();
  const other = await stage.client("ada");
  await other.login(rooms[2]);
  const isKicked = (which) => (room, reason) => room === which && reason === "KICKOUT";
  for (const room of rooms.slice(0, 2)) {
    const kicked = await ada.until("roomStateChanged", isKicked(room), { since });
    assert.equal(kicked.args[2], 1002050);
  }
});

test("room_17 room_13 a page that closes leaves all its rooms", async () => {
  const rooms = [stage.name("room"), stage.name("room")];
  const ada = await stage.client("ada");
  await ada.call("enableMultiRoom", true);
  const others = [];
  for (const [at, room] of rooms.entries()) {
    others.push(...(await stage.clientsIn(room, `other${at}`)));
    await ada.login(room);
    await others[at].untilUser("ADD", "ada");
  }
  await ada.page.close({ runBeforeUnload: true });
  for (const other of others) await other.untilUser("DELETE", "ada");
});

test("room_17 what does not name its room, or names a wrong one, has its code", async () => {
  const ada = await stage.client("ada");
  await ada.call("enableMultiRoom", true);
  await ada.login(stage.name("room"));
  const code = async (...args) => (await ada.attempt(...args)).error?.code;
  assert.equal(await code("enableMultiRoom", "yes"), 1100001);
  await ada.page.evaluate(async () => {
    globalThis.local = await globalThis.engine.createStream();
  });
  const local = { $: "local" };
  assert.equal(await code("startPublishingStream", "s", local), 1100001);
  assert.equal(await code("startPublishingStream", "s", local, { roomID: 5 }), 1100001);
  const elsewhere = { roomID: "elsewhere" };
  assert.equal(await ada.call("startPublishingStream", "s", local, elsewhere), false);
  assert.equal(await code("startPlayingStream", "s", elsewhere), 1002002);
  assert.equal(await code("renewToken", "token"), 1100001);
  assert.equal(await code("renewToken", "token", "elsewhere"), 1002002);
  const { token } = await stage.server.devToken("more", "bo");
  assert.equal(await code("loginRoom", "more", token, { userID: "bo" }), 1002018);
  for (let more = 1; more < 5; more += 1) await ada.login(stage.name("room"));
  assert.equal(await code("loginRoom", "more", token, { userID: "ada" }), 1002037);
});

function reasonsOf(client, room, since) {
  const told = client.told("roomStateChanged", since).filter(([of]) => of === room);
  return told.map(([, reason]) => reason);
}
