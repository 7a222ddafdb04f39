// A page may replace the browser's `WebSocket`, `fetch` or `RTCPeerConnection`. Whether the
// replacement calls the engine or throws, the engine goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "./harness/client.mjs";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

/** A user whose page has stand-ins that call `globalThis.meddle` before they do their work. */
async function meddlingClient(userID) {
  const context = await stage.context();
  await context.addInitScript(standIn);
  return Client.open(context, stage.server, userID);
}

/** Runs in the page before anything else. */
function standIn() {
  let isMeddling = false;
  const before = (owner, name) => {
    const original = owner[name];
    owner[name] = function (...args) {
      meddle(name);
      return original.apply(this, args);
    };
  };
  const construct = (name) => {
    globalThis[name] = new Proxy(globalThis[name], {
      construct(...args) {
        meddle(name);
        return Reflect.construct(...args);
      },
    });
  };
  function meddle(name) {
    // Not from within itself, or the page would never finish.
    if (isMeddling || !globalThis.meddle) return;
    isMeddling = true;
    try {
      globalThis.meddle(name);
    } finally {
      isMeddling = false;
    }
  }
  const { prototype: peer } = RTCPeerConnection;
  for (const name of ["createOffer", "setLocalDescription", "setRemoteDescription"]) {
    before(peer, name);
  }
  for (const name of ["addTransceiver", "getStats", "close"]) before(peer, name);
  for (const name of ["send", "close"]) before(WebSocket.prototype, name);
  before(AbortController.prototype, "abort");
  before(Navigator.prototype, "sendBeacon");
  before(EventTarget.prototype, "addEventListener");
  before(EventTarget.prototype, "removeEventListener");
  before(Response.prototype, "text");
  for (const name of ["now", "measure", "clearMeasures"]) before(Performance.prototype, name);
  before(globalThis, "queueMicrotask");
  for (const name of ["fetch", "setTimeout", "clearTimeout"]) before(globalThis, name);
  for (const name of ["WebSocket", "RTCPeerConnection", "AbortController"]) construct(name);
}

/**
 * Has the page call the engine from the next five uses of each stand-in. Without a limit the page
 * would only be busy with itself, since each call leads to more uses.
 */
function callFromStandIns(client) {
  return client.page.evaluate(() => {
    globalThis.met = {};
    let number = 0;
    globalThis.meddle = (name) => {
      globalThis.met[name] = (globalThis.met[name] ?? 0) + 1;
      if (globalThis.met[name] > 5) return;
      const { engine } = globalThis;
      const stream = `no-such-${number++ % 3}`;
      engine.startPlayingStream(stream).catch(() => {});
      engine.retryNow();
      engine.stopPlayingStream(stream);
      engine.sendBroadcastMessage("no-such-room", "hello").catch(() => {});
      engine.timeline();
    };
  });
}

test("an engine that is called while it acts goes on", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const ada = await meddlingClient("ada");
  const bo = await meddlingClient("bo");
  for (const client of [ada, bo]) await callFromStandIns(client);
  await ada.login(room);
  await bo.login(room);
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  await assertPlays(bo.page);
  const since = bo.mark();
  for (const client of [ada, bo]) await callFromStandIns(client);
  await bo.call("stopPlayingStream", id);
  await bo.untilPlayer("NO_PLAY", id, { since });
  await bo.play(id);
  await assertPlays(bo.page);
  await ada.call("stopPublishingStream", id);
  await bo.untilStream("DELETE", id);
  for (const client of [ada, bo]) {
    const left = client.mark();
    await client.call("logoutRoom", room);
    await client.untilRoom("LOGOUT", { since: left });
    await client.login(room);
    assert.deepEqual(client.pageErrors, []);
  }
  const met = await bo.page.evaluate(() => globalThis.met);
  const names = [
    "RTCPeerConnection",
    "WebSocket",
    "abort",
    "addTransceiver",
    "close",
    "createOffer",
    "fetch",
    "getStats",
    "now",
    "queueMicrotask",
    "send",
    "setRemoteDescription",
    "text",
  ];
  for (const name of [...names, "setTimeout", "clearTimeout"]) assert.ok(met[name], name);
});

test("an engine is left and joined again from within its own acts", async () => {
  const room = stage.name("room");
  const ada = await meddlingClient("ada");
  const { token } = await stage.server.devToken(room, "ada");
  await ada.login(room);
  const outcome = await ada.page.evaluate(
    async ({ room, token }) => {
      const { engine } = globalThis;
      let login;
      globalThis.meddle = (name) => {
        if (name !== "send" || login) return;
        login = engine.loginRoom(room, token, { userID: "ada" });
        login.catch(() => {});
      };
      engine.logoutRoom(room);
      return login;
    },
    { room, token },
  );
  assert.equal(outcome, true);
  assert.deepEqual(ada.pageErrors, []);
});

test("room_13 a beacon, a close or an abort that throws stops no logout", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const ada = await meddlingClient("ada");
  await ada.login(room);
  await ada.publish(id);
  await ada.untilPublisher("PUBLISHING", id);
  const since = ada.mark();
  const thrown = await ada.page.evaluate(() => {
    let count = 0;
    globalThis.meddle = (name) => {
      if (!["sendBeacon", "close", "abort", "send"].includes(name)) return;
      count += 1;
      globalThis.engine.stopPlayingStream("none");
      throw new Error(`${name} is not to be had`);
    };
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: false }));
    globalThis.meddle = undefined;
    return count;
  });
  assert.ok(thrown >= 3, `${thrown}`);
  await ada.until("roomStateChanged", (_room, now) => now.startsWith("LOGOUT"), { since });
  await ada.login(room);
  assert.deepEqual(ada.pageErrors, []);
});
