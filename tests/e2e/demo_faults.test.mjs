// The demo page's fault panel: each button breaks something for real, and the expected events are
// ticked off.

import assert from "node:assert/strict";
import { test } from "node:test";
import { join, keepPicture, pair, untilState } from "./harness/demo_page.mjs";
import { Server } from "./harness/server.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

for (const [label, expected] of [
  ["Drop the link", 3],
  ["Silent black hole", 3],
  ["Refuse logins", 3],
  ["Kill my media sessions", 2],
  ["Kill the media node", 3],
  ["Restart the server", 3],
  ["Sleep for 6 s", 3],
]) {
  test(`${label}: what must happen happens`, async () => {
    const { ada, bo } = await pair(stage, { device: { viewport: { width: 1440, height: 1080 } } });
    const { page } = bo;
    await page.click("#faults summary");
    const fault = page.locator(`[data-fault="${label}"]`);
    await fault.getByRole("button").click();
    const settled = fault.locator('li:not([data-outcome="open"])');
    // Expectations still open after that long are read below, with the rest.
    await settled
      .nth(expected - 1)
      .waitFor()
      .catch(() => {});
    const outcomes = await fault
      .locator("ol li")
      .evaluateAll((items) => items.map((item) => `${item.dataset.outcome}: ${item.textContent}`));
    assert.ok(
      outcomes.every((text) => text.startsWith("met")),
      outcomes.join("\n"),
    );
    if (label === "Refuse logins") await keepPicture(page, "demo-faults");
    assert.deepEqual([...ada.problems, ...bo.problems], []);
  });
}

test("cfg_01 cfg_02 grace and window can be short", async () => {
  const { page } = await join(stage, stage.name("room"), "Ada");
  await page.click("#faults summary");
  await page.click("#shorten");
  await page.click("#join");
  await untilState(page, "#room-pill", "LOGINED");
  await page.getByRole("button", { name: "Refuse logins" }).isHidden();
  await page.click("#faults summary");
  await page.getByRole("button", { name: "Refuse logins" }).click();
  await untilState(page, "#room-pill", "RECONNECTING");
  const left = (name) =>
    page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll(".deadline-name")].find(({ textContent }) =>
          textContent.match(wanted),
        ),
      name,
    );
  await left("^Grace ends in [0-9.]+ s");
  await left("^Room window ends in [1-6]?[0-9.]+ s");
  await untilState(page, "#room-pill", "RECONNECTED");
});

test("a server without --dev has no fault panel", async () => {
  const server = await Server.start([]);
  try {
    const page = await (await stage.context()).newPage();
    await page.goto(`${server.url}/`);
    await page.click("#join");
    await page.waitForSelector('[name="token"]');
    assert.ok(await page.isHidden("#faults"));
    await stage.closeContexts();
  } finally {
    await server.stop();
  }
});
