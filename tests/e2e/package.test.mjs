// The npm package as a page loads it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("init loads once, and a failed load can be tried again", async () => {
  const page = await (await stage.context()).newPage();
  await page.goto(`${stage.server.url}/health`);
  const result = await page.evaluate(async () => {
    const { init } = await import("/sdk/index.js");
    const failed = await init("/no-such.wasm").then(
      () => "loaded",
      (error) => error instanceof Error,
    );
    const first = init();
    const isSame = first === init();
    return { failed, isSame, value: await first };
  });
  assert.deepEqual(result, { failed: true, isSame: true, value: undefined });
});

test("what the package exports", async () => {
  const client = await stage.client("ada");
  const found = await client.page.evaluate(async () => {
    const { sdk, engine } = globalThis;
    const manifest = await (await fetch("/sdk/package.json")).json();
    const enums = [sdk.RoomStateChangedReason, sdk.PublisherState, sdk.PlayerState];
    return {
      names: Object.keys(sdk).sort(),
      isAlias: sdk.ZegoExpressEngine === sdk.ExpressEngine,
      areFrozen: enums.every(Object.isFrozen),
      kickOut: sdk.RoomStateChangedReason.KICK_OUT,
      isVersion: engine.getVersion() === manifest.version,
      methods: Object.getOwnPropertyNames(Object.getPrototypeOf(engine)),
    };
  });
  assert.deepEqual(found.names, [
    "ExpressEngine",
    "PlayerState",
    "PublisherState",
    "RoomStateChangedReason",
    "ZegoExpressEngine",
    "init",
  ]);
  assert.ok(found.isAlias && found.areFrozen && found.isVersion, JSON.stringify(found));
  assert.equal(found.kickOut, 6);
  for (const method of await declaredMethods()) {
    assert.ok(found.methods.includes(method), `index.d.ts declares ${method}`);
  }
});

/** The methods of the class in index.d.ts. */
async function declaredMethods() {
  const types = await readFile(new URL("../../pkg-template/index.d.ts", import.meta.url), "utf8");
  const [, body] = /export class ExpressEngine \{(.*?)\n\}/s.exec(types);
  const methods = [...body.matchAll(/^ {2}(\w+)[(<]/gm)].map(([, name]) => name);
  assert.ok(methods.length > 10);
  return new Set(methods);
}
