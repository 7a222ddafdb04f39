// The example as a newcomer copies it: built from the tarball, used by two people during an outage.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { assertUsable } from "../e2e/harness/demo_page.mjs";
import { assertPlays, untilMoving } from "../e2e/harness/picture.mjs";
import { APPS, run, useGround } from "./ground.mjs";

const OTHERS_PICTURE = "figure:not(:has(.mirrored)) video";
/** The room's default retry window. */
const WINDOW_MS = 1_200_000;
const OUTAGE = "Reconnecting to the call…";

const ground = useGround();

before(() => run("react-call", "node_modules/vite/bin/vite.js", "build"));

test("it asks for the versions that are tried here", async () => {
  const read = async (file) => JSON.parse(await readFile(join(APPS, file), "utf8"));
  const { dependencies, devDependencies } = await read("react-call/package.json");
  for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
    assert.equal(range, `^${(await read(`node_modules/${name}/package.json`)).version}`, name);
  }
});

test("two people see each other, through the server's death and return", async () => {
  const room = ground.stage.name("room");
  const [ada, bo] = [await enter("Ada", room), await enter("Bo", room)];
  for (const page of [ada, bo]) await untilMoving(page, OTHERS_PICTURE, "at first");
  for (const page of [ada, bo]) await assertPlays(page, OTHERS_PICTURE);
  await bo.getByText("Ada", { exact: true }).waitFor();
  await picture(ada, "call");

  await ground.stage.server.kill();
  for (const page of [ada, bo]) await page.getByText(OUTAGE).waitFor();
  await ada.locator(".banner").evaluate((banner) => {
    return Promise.all(banner.getAnimations().map((animation) => animation.finished));
  });
  assert.equal(await ada.getByRole("progressbar").getAttribute("max"), String(WINDOW_MS));
  await picture(ada, "outage");
  await assertUsable(bo); // with the banner
  await ground.stage.server.start();
  await ada.getByRole("button", { name: "Try now" }).click();
  for (const page of [ada, bo]) {
    await page.getByText(OUTAGE).waitFor({ state: "detached" });
    await untilMoving(page, OTHERS_PICTURE, "after the outage");
  }

  await ada.getByRole("button", { name: "Leave" }).click();
  await ada.getByRole("heading", { name: "Join a call" }).waitFor();
  await bo.getByText("Ada", { exact: true }).waitFor({ state: "detached" });
});

test("a server that gives no token is a clear message", async () => {
  const page = await (await ground.stage.context()).newPage();
  await fill(page, "Ada", "lobby", ground.origin);
  await page.getByRole("alert").getByText("The server gave no token: HTTP 404").waitFor();
  await assertUsable(page);
});

async function enter(name, room) {
  const page = await (await ground.stage.context()).newPage();
  await fill(page, name, room, ground.stage.server.url);
  await page.getByText("In the call").waitFor();
  return page;
}

async function fill(page, name, room, server) {
  await page.goto(`${ground.origin}/react-call/dist/?room=${room}`);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Server").fill(server);
  await page.getByRole("button", { name: "Join" }).click();
}

/** For people to look at; nothing depends on it. */
function picture(page, name) {
  return page.screenshot({ path: join(APPS, "react-call", `${name}.png`) });
}
