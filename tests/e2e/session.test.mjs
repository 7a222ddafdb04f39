// Tokens, kicks, switching rooms, and what the others see of a lost connection.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayProxy } from "./delay_proxy.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("room_12 a renewed token keeps the user in, an expired one is a KICKOUT", async () => {
  const room = stage.name("room");
  const renews = await stage.client("ada");
  const forgets = await stage.client("bo");
  for (const client of [renews, forgets]) {
    const { token } = await stage.server.devToken(room, client.userID, { ttl_seconds: 3 });
    await client.call("loginRoom", room, token, { userID: client.userID }, {});
    const told = await client.until("tokenWillExpire", () => true);
    assert.deepEqual(told.args, [room]);
    if (client === renews) {
      // Renew at once: with so short a life the warning comes half way through.
      const { token } = await stage.server.devToken(room, "ada");
      assert.equal(await renews.call("renewToken", token, room), true);
    }
  }
  // The second token was issued after the first, so when it has expired, the first has too.
  const kicked = await forgets.untilRoom("KICKOUT");
  assert.equal(kicked.args[2], 1102018);
  await renews.settle();
  assert.equal(renews.told("roomStateChanged").at(-1)[1], "LOGINED");
  assert.equal(renews.traffic.sockets, 1, "no reconnect");
  assert.equal(renews.told("tokenWillExpire").length, 1);
});

test("room_12 a token the server does not take is asked for again", async () => {
  const room = stage.name("room");
  const [ada] = await stage.clientsIn(room, "ada");
  assert.equal(await ada.call("renewToken", "no.such.token"), true, "only its form is checked");
  await ada.until("tokenWillExpire", () => true);
  assert.equal(ada.told("roomStateChanged").at(-1)[1], "LOGINED");
});

test("room_11 a kick by the app's server tells its message, and nothing is tried again", async () => {
  const room = stage.name("room");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await bo.untilUser("ADD", "ada");
  await stage.server.kick({ room, user: "ada", message: "Be kind \u{1f642}" });
  const kicked = await ada.untilRoom("KICKOUT");
  assert.equal(kicked.args[2], 1002055);
  assert.deepEqual(JSON.parse(kicked.args[3]), { custom_kickout_message: "Be kind \u{1f642}" });
  await bo.untilUser("DELETE", "ada");
  await ada.settle();
  assert.equal(ada.traffic.sockets, 1);
});

test("room_14 switchRoom leaves one room for the other", async () => {
  const from = stage.name("room");
  const to = stage.name("room");
  const [ada, bo] = await stage.clientsIn(from, "ada", "bo");
  const [cem] = await stage.clientsIn(to, "cem");
  await bo.untilUser("ADD", "ada");
  const id = stage.name("stream");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  const since = ada.mark();
  const { token } = await stage.server.devToken(to, "ada");
  assert.equal(await ada.call("switchRoom", from, to, { token, isUserStatusNotify: true }), true);
  await ada.untilUser("ADD", "cem", { since });
  assert.deepEqual(
    ada.told("roomStateChanged", since).map(([room, reason]) => [room, reason]),
    [
      [from, "LOGOUT"],
      [to, "LOGINING"],
      [to, "LOGINED"],
    ],
  );
  assert.equal(ada.told("publisherStateUpdate").at(-1)[0].state, "NO_PUBLISH");
  await bo.untilStream("DELETE", id);
  await bo.untilUser("DELETE", "ada");
  const told = await cem.untilUser("ADD", "ada");
  assert.deepEqual(told.args[2], [{ userID: "ada", userName: "ada by name" }], "the same user");
});

test("room_14 a switch the other room refuses rejects, out of both", async () => {
  const from = stage.name("room");
  const [ada] = await stage.clientsIn(from, "ada");
  const since = ada.mark();
  const { error } = await ada.attempt("switchRoom", from, "other", { token: "no.such.token" });
  assert.equal(error.how, "rejected");
  assert.equal(error.code, 1102016);
  await ada.settle();
  assert.deepEqual(
    ada.told("roomStateChanged", since).map(([room, reason]) => [room, reason]),
    [
      [from, "LOGOUT"],
      ["other", "LOGINING"],
      ["other", "LOGIN_FAILED"],
    ],
  );
});

test("bey_03 who asks is shown that another user reconnects, and roomUserUpdate is silent", async (t) => {
  const room = stage.name("room");
  const proxy = await DelayProxy.start(stage.server.port, 0);
  t.after(() => proxy.stop());
  const bo = await stage.client("bo");
  await bo.login(room, { userUpdate: true, userConnectionUpdate: true });
  const [cem] = await stage.clientsIn(room, "cem");
  const ada = await stage.client("ada", `http://localhost:${proxy.port}`);
  await ada.login(room);
  for (const client of [bo, cem]) await client.untilUser("ADD", "ada");
  const since = bo.mark();

  // No reconnect gets through until the loss is told: the server tells nobody of a quicker return.
  proxy.refuses = true;
  proxy.cut();
  await bo.until("remoteUserConnectionUpdate", (_room, _user, state) => state === "RECONNECTING");
  proxy.refuses = false;
  await ada.untilRoom("RECONNECTED");
  await bo.until("remoteUserConnectionUpdate", (_room, _user, state) => state === "CONNECTED");
  assert.deepEqual(bo.told("remoteUserConnectionUpdate"), [
    [room, "ada", "RECONNECTING"],
    [room, "ada", "CONNECTED"],
  ]);
  await Promise.all([bo.settle(), cem.settle()]);
  assert.deepEqual(bo.told("roomUserUpdate", since), []);
  assert.deepEqual(cem.told("remoteUserConnectionUpdate"), [], "not asked for");
});
