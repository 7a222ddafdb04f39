// The demo page's call view: invite link, devices, mute, chat, and what is shown of others' losses.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertUsable,
  join,
  keepPicture,
  open,
  pair,
  REMOTE,
  untilState,
} from "./harness/demo_page.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

for (const colorScheme of ["light", "dark"]) {
  test(`the page is usable by everybody, before and in the room, ${colorScheme}`, async () => {
    const device = { viewport: { width: 1440, height: 900 }, colorScheme };
    const room = stage.name("room");
    const { page, problems } = await open(stage, room, "Ada", { device });
    await assertUsable(page);
    await page.click("#join");
    await page.click("#publish");
    await untilState(page, "#publisher-pill", "PUBLISHING");
    await page.locator("details").evaluateAll((all) => {
      for (const details of all) details.open = true;
    });
    await assertUsable(page);
    assert.deepEqual(problems, []);
  });
}

test("an invite link brings another into the room", async () => {
  const room = stage.name("room");
  const device = { permissions: ["camera", "microphone", "clipboard-read", "clipboard-write"] };
  const { page } = await join(stage, room, "Ada", { device });
  await page.click("#invite");
  await page.getByText("Link copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await (await stage.context()).newPage();
  await other.goto(link);
  assert.equal(await other.inputValue('[name="room"]'), room);
});

test("another camera can be picked while publishing, and the microphone muted", async () => {
  const { ada, bo } = await pair(stage);
  const { page } = ada;
  await page.click("#devices summary");
  await page.waitForFunction(() => document.getElementById("level").value > 0);
  const cameras = await page.$$eval("#camera-device option", (options) =>
    options.map(({ value }) => value),
  );
  assert.ok(cameras.length > 1, "no camera is named");
  await page.selectOption("#camera-device", cameras.at(-1));
  await untilState(page, "#publisher-pill", "PUBLISHING");
  await untilState(bo.page, `${REMOTE} .pill`, "PLAYING");

  await page.click("#mute");
  await page.waitForSelector('#mute[aria-pressed="true"]');
  await page.waitForFunction(() => document.getElementById("level").value === 0);
  await page.click("#mute");
  await page.waitForFunction(() => document.getElementById("level").value > 0);
});

test("messages arrive as text, with their sender", async () => {
  const room = stage.name("room");
  const ada = await join(stage, room, "Ada");
  const bo = await join(stage, room, "Bo");
  await ada.page.fill("#chat-text", "<b>hello</b>");
  await ada.page.press("#chat-text", "Enter");
  await ada.page.waitForSelector('#chat li[data-sending="false"]');
  await bo.page.getByText("<b>hello</b>").first().waitFor();
  assert.equal(await bo.page.textContent("#chat li"), "Ada: <b>hello</b>");
});

test("bey_03 of one who lost its link the last picture stays, with who is reconnecting", async () => {
  const { ada, bo } = await pair(stage, { device: { viewport: { width: 1440, height: 900 } } });
  await bo.page.waitForFunction(() => document.querySelector(".tile .bars .on"));
  await ada.page.click("#faults summary");
  await ada.page.getByRole("button", { name: "Silent black hole" }).click();
  const overlay = bo.page.locator(`${REMOTE} .tile-overlay`);
  await overlay.filter({ hasText: "econnecting…" }).waitFor();
  await keepPicture(bo.page, "demo-reconnecting");
  assert.ok(await bo.page.$eval(`${REMOTE} video`, (video) => video.videoWidth > 0));
  await untilState(ada.page, "#room-pill", "RECONNECTED");
  await overlay.waitFor({ state: "hidden" });
  await untilState(bo.page, `${REMOTE} .pill`, "PLAYING");
});
