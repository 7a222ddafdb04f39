// Listeners: order, once and off, faults in them, and calls back into the engine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("listeners are called in order, once each; off and once end them", async () => {
  const client = await stage.client("ada");
  await client.page.evaluate(() => {
    const { engine } = globalThis;
    const calls = [];
    globalThis.calls = calls;
    const note = (name) => (_room, reason) => calls.push(`${name} ${reason}`);
    const first = note("first");
    const removed = note("removed");
    engine.on("roomStateChanged", first);
    engine.on("roomStateChanged", first); // added once only
    engine.once("roomStateChanged", note("once"));
    engine.on("roomStateChanged", removed);
    engine.off("roomStateChanged", removed);
    engine.on("roomStateChanged", note("last"));
  });
  await client.login(stage.name("room"));
  await client.untilRoom("LOGINED");
  await client.page.evaluate(() => globalThis.engine.off("roomStateChanged"));
  await client.call("logoutRoom");
  await client.until("roomStateUpdate", (_room, state) => state === "DISCONNECTED");
  assert.deepEqual(await client.page.evaluate(() => globalThis.calls), [
    "first LOGINING",
    "once LOGINING",
    "last LOGINING",
    "first LOGINED",
    "last LOGINED",
  ]);
});

test("a listener that throws is reported and breaks nothing", async () => {
  const client = await stage.client("ada");
  await client.page.evaluate(() => {
    const { engine } = globalThis;
    globalThis.after = [];
    engine.on("roomStateChanged", () => {
      throw new Error("a fault of the app's");
    });
    engine.on("roomStateChanged", (_room, reason) => globalThis.after.push(reason));
  });
  assert.equal(await client.login(stage.name("room")), true);
  await client.untilRoom("LOGINED");
  await client.settle();
  assert.deepEqual(await client.page.evaluate(() => globalThis.after), ["LOGINING", "LOGINED"]);
  assert.equal(client.pageErrors.length, 2, "the fault is not swallowed");
  for (const error of client.pageErrors) assert.match(error.message, /a fault of the app's/);
});

test("startPlayingStream inside roomStreamUpdate plays", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await bo.page.evaluate(() => {
    const { engine } = globalThis;
    engine.on("roomStreamUpdate", (_room, change, streams) => {
      for (const { streamID } of streams) {
        if (change === "ADD") engine.startPlayingStream(streamID).then(globalThis.showRemote);
        else engine.stopPlayingStream(streamID);
      }
    });
  });
  await ada.publish(id);
  await bo.untilPlayer("PLAYING", id);
  await assertPlays(bo.page);
  await ada.call("stopPublishingStream", id);
  await bo.untilPlayer("NO_PLAY", id);
  assert.deepEqual(bo.pageErrors, []);
});

test("a listener added right after the login hears of the streams and users already there", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada] = await stage.clientsIn(room, "ada");
  await ada.publish(id);
  await ada.untilPublisher("PUBLISHING", id);
  const bo = await stage.client("bo");
  const { token } = await stage.server.devToken(room, bo.userID);
  const heard = await bo.page.evaluate(
    async ({ room, token }) => {
      const { engine } = globalThis;
      await engine.loginRoom(room, token, { userID: "bo", userName: "" }, { userUpdate: true });
      const streams = new Promise((resolve) => {
        engine.on("roomStreamUpdate", (_room, change, list) => resolve([change, list[0].streamID]));
      });
      const users = new Promise((resolve) => {
        engine.on("roomUserUpdate", (_room, change, list) => resolve([change, list[0].userID]));
      });
      return Promise.all([streams, users]);
    },
    { room, token },
  );
  assert.deepEqual(heard, [
    ["ADD", id],
    ["ADD", ada.userID],
  ]);
});

test("logoutRoom inside a listener leaves, and loginRoom inside the next comes back", async () => {
  const room = stage.name("room");
  const again = stage.name("room");
  const client = await stage.client("ada");
  const { token } = await stage.server.devToken(again, "ada");
  await client.page.evaluate(
    ([roomID, nextToken]) => {
      const { engine } = globalThis;
      engine.on("roomStateChanged", (now, reason) => {
        if (now === roomID) return;
        if (reason === "LOGINED") engine.logoutRoom();
        if (reason === "LOGOUT") engine.loginRoom(roomID, nextToken, { userID: "ada" });
      });
    },
    [again, token],
  );
  await client.login(room);
  await client.until("roomStateChanged", (now, reason) => now === again && reason === "LOGINED");
  await client.settle();
  assert.deepEqual(
    client.told("roomStateChanged").map(([now, reason]) => [now, reason]),
    [
      [room, "LOGINING"],
      [room, "LOGINED"],
      [room, "LOGOUT"],
      [again, "LOGINING"],
      [again, "LOGINED"],
    ],
  );
  assert.deepEqual(client.pageErrors, []);
});

test("destroyEngine inside a listener ends all calls to listeners", async () => {
  const client = await stage.client("ada");
  await client.page.evaluate(() => {
    const { engine } = globalThis;
    globalThis.after = [];
    engine.on("roomStateChanged", (_room, reason) => {
      globalThis.after.push(reason);
      if (reason === "LOGINED") engine.destroyEngine();
    });
  });
  await client.login(stage.name("room")).catch(() => {}); // the promise may end either way
  await client.untilRoom("LOGINED");
  await client.settle();
  assert.deepEqual(await client.page.evaluate(() => globalThis.after), ["LOGINING", "LOGINED"]);
  assert.deepEqual(client.pageErrors, []);
});
