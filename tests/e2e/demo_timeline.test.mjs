// The demo page's timeline: lanes, tries, deadlines, and the ways to look at it and save it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertUsable, join, keepPicture, pair, untilState } from "./harness/demo_page.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();
const device = { viewport: { width: 1440, height: 900 }, colorScheme: "light" };

test("each layer has a lane, and a loss its bars, tries, marks and deadlines", async () => {
  const settings = { grace: "10", window: "60" };
  const { ada, bo } = await pair(stage, { device, settings });
  const { page } = bo;
  await page.click("#faults summary");
  await page.getByRole("button", { name: "Refuse logins" }).click();
  await untilState(page, "#room-pill", "RECONNECTING");
  await page.waitForSelector("#timeline .deadline[data-name='Grace ends']", { state: "attached" });
  await page.waitForSelector("#timeline .deadline[data-name='Room window ends']", {
    state: "attached",
  });
  await page
    .locator("#retries li")
    .filter({ hasText: /Try [3-9], next try in .* left\. Because/ })
    .waitFor();
  await keepPicture(page.locator("#timeline"), "demo-timeline");
  // The picture is drawn in the next frame, after the pill.
  await page.waitForSelector('#timeline .bar[data-lane="room"][data-state="RECONNECTED"]', {
    state: "attached",
  });
  const seen = await page.evaluate(() => {
    const all = (selector, name) =>
      [...document.querySelectorAll(`#timeline ${selector}`)].map((one) => one.dataset[name]);
    return {
      marks: all(".mark", "mark"),
      room: all('.bar[data-lane="room"]', "state"),
      link: all('.bar[data-lane="link"]', "state"),
      play: all('.bar[data-lane^="play"]', "state"),
      causes: all('.tick[data-lane="link"]', "cause"),
    };
  });
  assert.deepEqual(seen.room, ["LOGINING", "LOGINED", "RECONNECTING", "RECONNECTED"]);
  assert.equal(seen.link[0], "DIALLING");
  assert.equal(seen.link.at(-1), "UP");
  assert.ok(seen.link.includes("WAITING"), seen.link.join());
  assert.ok(seen.play.includes("PLAYING"), seen.play.join());
  assert.ok(seen.causes.includes("remote"), seen.causes.join());
  for (const mark of ["T0", "T1", "T2", "T3", "T5"]) {
    assert.ok(seen.marks.includes(mark), `${mark} is not among ${seen.marks}`);
  }
  assert.deepEqual([...ada.problems, ...bo.problems], []);
  await assertUsable(page);
});

test("t4 and t6: another who is given up, and is back", async () => {
  const { ada, bo } = await pair(stage, { settings: { grace: "1" } });
  await ada.page.click("#faults summary");
  await ada.page.getByRole("button", { name: "Refuse logins" }).click();
  for (const mark of ["T4", "T6"]) {
    await bo.page.waitForSelector(`#timeline .mark[data-mark="${mark}"]`, { state: "attached" });
  }
});

test("try now ends a wait", async () => {
  const { page } = await join(stage, stage.name("room"), "Ada");
  await page.evaluate(() => globalThis.dispatchEvent(new Event("offline")));
  const tries = () => page.locator('#timeline .tick[data-cause="offline"]');
  await page.click("#faults summary");
  await page.getByRole("button", { name: "Drop the link" }).click();
  await tries().first().waitFor({ state: "attached" });
  await untilState(page, "#room-pill", "RECONNECTING");
  await page.getByRole("button", { name: "Try now" }).click();
  await untilState(page, "#room-pill", "RECONNECTED");
  await page.waitForSelector('#timeline .tick[data-cause="local"]', { state: "attached" });
  await page.waitForSelector('#retries[data-busy="false"]');
});

test("it can be paused, zoomed, walked through by keys, and kept as JSON and SVG", async () => {
  const { page } = await join(stage, stage.name("room"), "Ada");
  await page.waitForSelector('#timeline .mark[data-mark="T1"]', { state: "attached" });
  await page.click('[data-timeline="pause"]');
  await page.waitForSelector('[data-timeline="pause"][aria-pressed="true"]');
  const x = () => page.getAttribute('#timeline .mark[data-mark="T1"]', "x");
  const before = await x();
  await page.evaluate(redrawn);
  assert.equal(await x(), before, "a paused picture moves");
  await page.click('[data-timeline="in"]');
  assert.equal(await page.getAttribute('[data-timeline="picture"]', "data-span-ms"), "15000");
  await page.click('[data-timeline="out"]');
  await page.focus('[data-timeline="picture"]');
  await page.keyboard.press("ArrowLeft");
  assert.match(await page.textContent("#timeline-detail"), /^(Link|Room|T\d)/);
  await page.hover('#timeline .bar[data-lane="room"][data-state="LOGINED"]', { force: true });
  assert.match(await page.textContent("#timeline-detail"), /Room: LOGINED, for .* so far/);

  const json = JSON.parse(await download(page, "json"));
  assert.ok(json.entries.some(({ event }) => event === "retryUpdate"));
  assert.deepEqual(
    json.lanes.map(({ key }) => key),
    ["link", "room"],
  );
  const svg = await download(page, "svg");
  assert.match(svg, /^<svg .*fill: rgb.*<\/svg>$/s);
});

/** In the page: resolves when the picture has been drawn anew. */
function redrawn() {
  const svg = document.querySelector('[data-timeline="picture"]');
  return new Promise((resolve) => {
    new MutationObserver(resolve).observe(svg, { childList: true });
  });
}

async function download(page, kind) {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.click(`[data-timeline="${kind}"]`),
  ]);
  return readFile(await file.path(), "utf8");
}
