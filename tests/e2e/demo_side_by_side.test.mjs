// The page that shows two or four clients in one tab.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertUsable, keepPicture, REMOTE, untilState } from "./harness/demo_page.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("two clients of one tab meet, and there is place for two more", async () => {
  const device = { viewport: { width: 1440, height: 900 } };
  const page = await (await stage.context(device)).newPage();
  await page.goto(`${stage.server.url}/side_by_side.html?room=${stage.name("room")}`);
  const frames = page.frames().slice(1);
  assert.equal(frames.length, 2);
  for (const frame of frames) {
    await frame.click("#join");
    await untilState(frame, "#room-pill", "LOGINED");
  }
  for (const frame of frames) await frame.click("#publish");
  for (const frame of frames) await frame.waitForSelector(`${REMOTE} .bars .on`);
  await keepPicture(page, "demo-side-by-side");
  await page.getByRole("button", { name: "Four clients" }).click();
  assert.equal(await page.locator("iframe").count(), 4);
  await untilState(frames[1], `${REMOTE} .pill`, "PLAYING");
  await assertUsable(page);
  await page.getByRole("button", { name: "Two clients" }).click();
  assert.equal(await page.locator("iframe").count(), 2);
});
