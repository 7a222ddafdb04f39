// Messages, commands and extra info, from one user to the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayProxy } from "./delay_proxy.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

const ADA = { userID: "ada", userName: "ada by name" };

test("room_08 broadcasts arrive in order and once, across links that are cut", async (t) => {
  const { room, ada, bo, proxies } = await adaAndBo(t);
  const sent = [];
  const numbers = [];
  const send = (from, count) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => {
        sent.push(`message ${from + index}`);
        return ada.call("sendBroadcastMessage", room, `message ${from + index}`);
      }),
    ).then((answers) => numbers.push(...answers.map(({ messageID }) => messageID)));

  await send(0, 3);
  // The receiver is away while the sender goes on.
  proxies.bo.cut();
  await send(3, 3);
  // The sender is cut off with messages in flight.
  const underWay = send(6, 5);
  proxies.ada.cut();
  await underWay;
  await send(11, 2);
  await ada.untilRoom("RECONNECTED");
  await bo.untilRoom("RECONNECTED");

  await bo.until("IMRecvBroadcastMessage", (_room, [{ message }]) => message === sent.at(-1));
  const heard = bo.told("IMRecvBroadcastMessage").flatMap(([, messages]) => messages);
  assert.deepEqual(
    heard.map(({ message }) => message),
    sent,
  );
  assert.deepEqual(
    heard.map(({ messageID }) => messageID),
    numbers,
    "the sender knows its messages by the same numbers",
  );
  for (const { fromUser, sendTime } of heard) {
    assert.deepEqual(fromUser, ADA);
    assert.ok(Math.abs(Date.now() - sendTime) < 60_000, `${sendTime}`);
  }
  await ada.settle();
  assert.deepEqual(ada.told("IMRecvBroadcastMessage"), [], "nobody hears its own");
});

test("a barrage message and commands reach whom they are for", async (t) => {
  const { room, ada, bo } = await adaAndBo(t);
  const [cem] = await stage.clientsIn(room, "cem");
  const answer = await ada.call("sendBarrageMessage", room, "+1 \u{1f642}");
  assert.deepEqual(answer, { errorCode: 0, extendedData: "", messageID: "" });
  const barrage = await bo.until("IMRecvBarrageMessage", () => true);
  const [message] = barrage.args[1];
  assert.deepEqual(barrage.args[0], room);
  assert.deepEqual(message.fromUser, ADA);
  assert.equal(message.message, "+1 \u{1f642}");
  assert.equal(typeof message.messageID, "string");

  const { errorCode } = await ada.call("sendCustomCommand", room, "mute", ["bo"]);
  assert.equal(errorCode, 0);
  await ada.call("sendCustomCommand", room, "unmute", []);
  for (const client of [bo, cem]) {
    await client.until("IMRecvCustomCommand", (_room, _from, command) => command === "unmute");
  }
  assert.deepEqual(bo.told("IMRecvCustomCommand"), [
    [room, ADA, "mute"],
    [room, ADA, "unmute"],
  ]);
  assert.deepEqual(cem.told("IMRecvCustomCommand"), [[room, ADA, "unmute"]]);
});

test("a room's extra info reaches the others, and who comes later", async (t) => {
  const { room, ada, bo } = await adaAndBo(t);
  await ada.call("setRoomExtraInfo", room, "topic", "news");
  const told = await bo.until("roomExtraInfoUpdate", () => true);
  const [item] = told.args[1];
  assert.equal(told.args[0], room);
  assert.deepEqual([item.key, item.value, item.updateUser], ["topic", "news", ADA]);
  assert.ok(Math.abs(Date.now() - item.updateTime) < 60_000, `${item.updateTime}`);

  const [cem] = await stage.clientsIn(room, "cem");
  const later = await cem.until("roomExtraInfoUpdate", () => true);
  assert.deepEqual(later.args, told.args);

  await ada.call("setRoomExtraInfo", room, "topic", "");
  await bo.until("roomExtraInfoUpdate", (_room, [{ key, value }]) => key + value === "topic");
});

test("a stream's extra info can be changed by its publisher", async (t) => {
  const { room, ada, bo } = await adaAndBo(t);
  const id = stage.name("stream");
  await ada.publish(id, { extraInfo: "hand down" });
  await bo.untilStream("ADD", id);
  await ada.call("setStreamExtraInfo", id, "hand up");
  const told = await bo.until("streamExtraInfoUpdate", () => true);
  assert.deepEqual(told.args, [room, [{ streamID: id, user: ADA, extraInfo: "hand up" }]]);
  const { error } = await bo.attempt("setStreamExtraInfo", id, "mine");
  assert.equal(error.code, 1104039, "only by its publisher");
});

test("everyone is told how many are in the room", async (t) => {
  const { room, ada, bo } = await adaAndBo(t);
  await ada.until("roomOnlineUserCountUpdate", (_room, count) => count === 2);
  await bo.until("roomOnlineUserCountUpdate", (_room, count) => count === 2);
  await bo.call("logoutRoom", room);
  const since = ada.mark();
  await ada.until("roomOnlineUserCountUpdate", (_room, count) => count === 1, { since });
});

/** Each user connects through a proxy of its own, whose connections can be cut. */
async function adaAndBo(t) {
  const room = stage.name("room");
  const users = { proxies: {} };
  for (const user of ["ada", "bo"]) {
    const proxy = await DelayProxy.start(stage.server.port, 0);
    t.after(() => proxy.stop());
    users.proxies[user] = proxy;
    users[user] = await stage.client(user, `http://localhost:${proxy.port}`);
    await users[user].login(room);
  }
  return { room, ...users };
}
