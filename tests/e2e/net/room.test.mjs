// A link that is cut: who notices it, and when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers, useRig } from "./stage.mjs";
import { assertRoomStates, BACK } from "./states.mjs";

inBrowsers(["chromium", "firefox"], (kind) => {
  const stage = useRig();
  /** Firefox fires no `offline` when a link goes down, so the SDK has to notice the silence. */
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
    await stage.rig.heal();
    await ada.untilRoom("RECONNECTED", { since });
    assertRoomStates(ada, since, BACK);
  });

  test("room_05 a silent black hole, of which the browser tells nothing, is noticed in 3 s", async (t) => {
    const { ada } = await stage.pair("room", { kind });
    const since = ada.mark();
    const dropped = await stage.rig.drop({ protocol: "all" });
    const told = await ada.untilRoom("RECONNECTING", { since, deadline_ms: 5000 });
    assertWithin(t, told.at_ms - dropped.at_ms, 3000);
    const silent = ada.life.every(({ name }) => name !== "offline");
    assert.ok(silent, "a black hole without any event");
    await stage.rig.heal();
    await ada.untilRoom("RECONNECTED", { since });
    assertRoomStates(ada, since, BACK);
  });
});

function assertWithin(t, took_ms, limit_ms) {
  t.diagnostic(`told after ${Math.round(took_ms)} ms`);
  assert.ok(took_ms <= limit_ms, `${Math.round(took_ms)} ms, not within ${limit_ms} ms`);
}
