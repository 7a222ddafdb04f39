// The npm package as a page loads it.

import assert from "node:assert/strict";
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
});

test("a method that is out of scope says so, and what is no method stays undefined", async () => {
  const client = await stage.client("ada");
  const found = await client.page.evaluate(async () => {
    const { sdk, engine } = globalThis;
    const { ErrorCode } = await import("/sdk/codes.js");
    const thrown = (call) => {
      try {
        return `no error but ${call()}`;
      } catch (error) {
        return [error instanceof Error, error.code === ErrorCode.NOT_SUPPORTED, error.message];
      }
    };
    const others = [
      "then",
      "toJSON",
      "settings",
      "startled",
      Symbol.toStringTag,
      "asymmetricMatch",
    ];
    return {
      method: thrown(() => engine.startMixerTask({})),
      static: thrown(() => sdk.ZegoExpressEngine.use({})),
      isIn: "startMixerTask" in engine,
      others: others.map((name) => typeof engine[name]),
      isItself: (await engine) === engine && engine instanceof sdk.ExpressEngine,
      endsAsUsual: engine instanceof Object,
      text: `${engine} ${typeof engine.hasOwnProperty} ${sdk.ExpressEngine.name.length > 0}`,
    };
  });
  const message = (name) => `${name} is not supported, see docs/migrating.md`;
  assert.deepEqual(found, {
    method: [true, true, message("startMixerTask")],
    static: [true, true, message("use")],
    isIn: false,
    others: Array(6).fill("undefined"),
    isItself: true,
    endsAsUsual: true,
    text: "[object Object] function true",
  });
});

test("each error code has its name in an entry of its own", async () => {
  const client = await stage.client("ada");
  const found = await client.page.evaluate(async () => {
    const { ErrorCode } = await import("/sdk/codes.js");
    return { isFrozen: Object.isFrozen(ErrorCode), ended: ErrorCode.WINDOW_ENDED };
  });
  assert.deepEqual(found, { isFrozen: true, ended: 1002031 });
});
