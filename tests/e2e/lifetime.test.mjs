// An engine to which the app keeps no reference lives on for its listeners.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const stage = useStage({ browserArgs: ["--js-flags=--expose-gc"] });

test("an engine nobody refers to logs in, stays in and tells its events", async () => {
  const room = stage.name("room");
  const { app, token } = await stage.server.devToken(room, "ada");
  const page = await (await stage.context()).newPage();
  const pageErrors = [];
  page.on("pageerror", (error) => pageErrors.push(error));
  await page.goto(`${stage.server.url}/health`);
  await page.evaluate(logInAndForget, { app, token, room, origin: stage.server.url });
  await page.evaluate(collectGarbage);
  await page.waitForFunction(() => globalThis.told.includes("LOGINED;"));

  await page.evaluate(collectGarbage);
  const [bo] = await stage.clientsIn(room, "bo");
  await page.waitForFunction(() => globalThis.told.includes("ADD bo;"));
  await page.evaluate(collectGarbage);
  await bo.call("logoutRoom");
  await page.waitForFunction(() => globalThis.told.includes("DELETE bo;"));
  assert.equal(
    await page.evaluate(() => globalThis.told),
    "LOGINING;LOGINED;ADD bo;DELETE bo;",
    "each event once, and nothing of the room lost",
  );
  assert.deepEqual(pageErrors, []);
});

/** In the page: leaves nothing of the engine but the text in `told`. */
async function logInAndForget({ app, token, room, origin }) {
  globalThis.told = "";
  const { init, ExpressEngine } = await import("/sdk/index.js");
  await init();
  const start = () => {
    const engine = new ExpressEngine(app, origin);
    engine.on("roomStateChanged", (_room, reason) => {
      globalThis.told += `${reason};`;
    });
    engine.on("roomUserUpdate", (_room, change, users) => {
      for (const { userID } of users) globalThis.told += `${change} ${userID};`;
    });
    engine.loginRoom(room, token, { userID: "ada" }, { userUpdate: true });
  };
  start();
}

/** In the page: collects garbage until a new object has been finalised, three times. */
async function collectGarbage() {
  for (let round = 0; round < 3; round += 1) {
    let isFinalised = false;
    const registry = new FinalizationRegistry(() => {
      isFinalised = true;
    });
    (() => registry.register({}))();
    while (!isFinalised) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve)); // finalisers run in tasks of their own
    }
  }
}
