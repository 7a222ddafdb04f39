// The browser's hints about the network and the page's life: each makes the SDK probe the link,
// which a ping shows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATIENCE_MS, withDeadline } from "./harness/deadline.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

const HINTS = [
  ["globalThis", "online"],
  ["globalThis", "offline"],
  ["globalThis", "pageshow"],
  ["document", "resume"],
  ["document", "visibilitychange"],
  ["navigator.connection", "change"],
];

test("room_05 every hint of the browser has the link looked at, until the engine is destroyed", async () => {
  const client = await stage.client("ada");
  const linked = client.page.waitForEvent("websocket");
  await client.login(stage.name("room"));
  const link = await linked;
  const heard = (event, kind) =>
    link.waitForEvent(event, ({ payload }) => JSON.parse(payload).t === kind);
  const say = ([target, name]) =>
    client.page.evaluate(`${target}.dispatchEvent(new Event("${name}"))`);

  for (const hint of HINTS) {
    const looked = Promise.all([heard("framesent", "ping"), heard("framereceived", "pong")]);
    await say(hint);
    await withDeadline(looked, PATIENCE_MS, () => `no ping for ${hint}`);
  }

  const told = [];
  link.on("framesent", ({ payload }) => told.push(JSON.parse(payload).t));
  const closed = link.waitForEvent("close");
  await client.call("destroyEngine");
  for (const hint of HINTS) await say(hint);
  await closed;
  assert.deepEqual(told, ["logout"]);
});
