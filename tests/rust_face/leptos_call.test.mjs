// The example in Rust, used by two people during an outage.

import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { assertPlays, untilMoving } from "../e2e/harness/picture.mjs";
import { useStage } from "../e2e/harness/stage.mjs";

const SITE = resolve(process.env.HOLDFAST_RUST_FACE ?? "target/rust-face");
const OTHERS_PICTURE = "figure:not(:has(.mirrored)) video";
const OUTAGE = "Reconnecting to the call…";

// The server serves the built example where it usually serves the npm package.
const stage = useStage({ sdk: SITE });

test("two people see each other, through the server's death and return", async () => {
  const room = stage.name("room");
  const [ada, bo] = [await enter("Ada", room), await enter("Bo", room)];
  for (const page of [ada, bo]) {
    await untilMoving(page, OTHERS_PICTURE, "at first");
    await assertPlays(page, OTHERS_PICTURE);
  }
  await bo.getByText("Ada", { exact: true }).waitFor();

  await stage.server.kill();
  for (const page of [ada, bo]) await page.getByText(OUTAGE).waitFor();
  await ada.getByText(/^Try \d+, (next in \d+ s|trying now); \d+ min left$/).waitFor();
  await stage.server.start();
  await ada.getByRole("button", { name: "Try now" }).click();
  for (const page of [ada, bo]) {
    await page.getByText(OUTAGE).waitFor({ state: "detached" });
    await untilMoving(page, OTHERS_PICTURE, "after the outage");
  }

  await ada.getByRole("button", { name: "Leave" }).click();
  await ada.getByRole("heading", { name: "Join a call" }).waitFor();
  await bo.getByText("Ada", { exact: true }).waitFor({ state: "detached" });
  for (const page of [ada, bo]) assert.deepEqual(page.faults, []);
});

test("a login that is refused is told in words", async () => {
  const page = await open();
  await page.route("**/dev/token", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), token: "no.such.token" } });
  });
  await fill(page, "Ada", "lobby");
  await page.getByText("The call is over").waitFor();
  await page.getByRole("alert").getByText("(1102016)").waitFor();
  assert.deepEqual(page.faults, []);
});

async function open() {
  const page = await (await stage.context()).newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  await page.goto(`${stage.server.url}/sdk/index.html`);
  return page;
}

async function enter(name, room) {
  const page = await open();
  await fill(page, name, room);
  await page.getByText("In the call").waitFor();
  return page;
}

async function fill(page, name, room) {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Room").fill(room);
  await page.getByLabel("Server").fill(stage.server.url);
  await page.getByRole("button", { name: "Join" }).click();
}
