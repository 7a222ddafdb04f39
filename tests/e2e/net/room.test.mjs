// The room's link under a network that breaks: who notices when, and what the others are told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers, useRig } from "./stage.mjs";

inBrowsers(["chromium", "firefox"], (kind) => {
  const stage = useRig();
  /** Firefox tells no `offline` when a link goes down, so there silence has to be noticed. */
  const tellsOffline = kind !== "firefox";

  test("room_05 a cable that is pulled is told at once where the browser tells it, else in 3 s", async (t) => {
    const { ada } = await stage.pair("room", { kind });
    const since = ada.mark();
    const pulled = await stage.rig.linkDown("client");
    let from_ms = pulled.at_ms;
    let within_ms = 3000;
    if (tellsOffline) {
      from_ms = (await ada.untilLife("offline", { since_ms: pulled.at_ms })).at_ms;
      within_ms = 500;
    }
    const told = await ada.untilRoom("RECONNECTING", { since, deadline_ms: 5000 });
    assertWithin(t, told.at_ms - from_ms, within_ms);
    assert.equal(told.args[2], 1000017);
    await stage.rig.heal();
    await ada.untilRoom("RECONNECTED", { since });
    assertReasons(ada, since, ["RECONNECTING", "RECONNECTED"]);
  });

  test("room_05 a silent black hole, of which the browser tells nothing, is noticed in 3 s", async (t) => {
    const { ada } = await stage.pair("room", { kind });
    const since = ada.mark();
    const dropped = await stage.rig.drop({ protocol: "all" });
    const told = await ada.untilRoom("RECONNECTING", { since, deadline_ms: 5000 });
    assertWithin(t, told.at_ms - dropped.at_ms, 3000);
    assert.equal(told.args[2], 1000017);
    const silent = ada.life.every(({ name }) => name !== "offline");
    assert.ok(silent, "a black hole without any event");
    await stage.rig.heal();
    await ada.untilRoom("RECONNECTED", { since });
    assertReasons(ada, since, ["RECONNECTING", "RECONNECTED"]);
  });

  test("room_08 a blip of 2 s is told to nobody else", async () => {
    const { ada, bo } = await stage.pair("room", { kind });
    const since = { ada: ada.mark(), bo: bo.mark() };
    const { at_ms } = await stage.rig.linkDown("client");
    await passed(at_ms + 2000);
    await stage.rig.heal();
    // A message that reaches Bo was sent over a link that works again; what came before it is there.
    await ada.call("sendBroadcastMessage", "room", "back");
    await bo.until("IMRecvBroadcastMessage", (_room, [{ message }]) => message === "back", {
      since: since.bo,
    });
    await Promise.all([ada.settle(), bo.settle()]);
    assert.deepEqual(bo.told("roomUserUpdate", since.bo), []);
    assert.deepEqual(bo.told("roomStateChanged", since.bo), []);
    assertReasons(ada, since.ada, ["RECONNECTING", "RECONNECTED"], { orNone: !tellsOffline });
  });
});

/** Waits for a moment: what a fault's length is. */
function passed(at_ms) {
  return new Promise((resolve) => setTimeout(resolve, at_ms - Date.now()));
}

function assertWithin(t, took_ms, limit_ms) {
  t.diagnostic(`told after ${Math.round(took_ms)} ms`);
  assert.ok(took_ms <= limit_ms, `${Math.round(took_ms)} ms, not within ${limit_ms} ms`);
}

/** @param orNone Whether a link that held is as good: a short silence need not be noticed. */
function assertReasons(client, since, expected, { orNone = false } = {}) {
  const reasons = client.told("roomStateChanged", since).map(([, reason]) => reason);
  if (orNone && reasons.length === 0) return;
  assert.deepEqual(reasons, expected);
}
