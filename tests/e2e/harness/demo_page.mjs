// The demo page for a user of a test: opening, joining, looking at it.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export const SCREENSHOTS = fileURLToPath(new URL("../../../target/screenshots/", import.meta.url));
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** The widths at which nothing may overflow the window. */
export const WIDTHS_PX = [360, 1440];
/** Another user's picture. */
export const REMOTE = '[data-kind="player"]';

/** Opens the page for a user and records what goes wrong on it; `settings` go into its address. */
export async function open(stage, room, user, { device = {}, settings = {} } = {}) {
  const page = await (await stage.context(device)).newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  const query = new URLSearchParams({ room, user, ...settings });
  await page.goto(`${stage.server.url}/?${query}`);
  await page.waitForSelector('#room-pill[data-state="LOGOUT"]');
  return { page, problems };
}

/** The same, and joins the room. */
export async function join(stage, room, user, options) {
  const opened = await open(stage, room, user, options);
  await opened.page.click("#join");
  await untilState(opened.page, "#room-pill", "LOGINED");
  return opened;
}

/** Two users; the first publishes and the second sees it. */
export async function pair(stage, options) {
  const room = stage.name("room");
  const ada = await join(stage, room, "Ada", options);
  const bo = await join(stage, room, "Bo", options);
  await ada.page.click("#publish");
  await untilState(bo.page, `${REMOTE} .pill`, "PLAYING");
  return { room, ada, bo };
}

export function untilState(page, selector, state) {
  return page.waitForSelector(`${selector}[data-state="${state}"]`);
}

/** Saves a picture of a page, or of a part of it, for people to look at. */
export async function keepPicture(shown, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await shown.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}

/** No serious finding of axe-core, and nothing wider than the window at any width. */
export async function assertUsable(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { iframes: false });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
  assert.deepEqual(found, []);
  for (const width of WIDTHS_PX) {
    await page.setViewportSize({ width, height: 900 });
    const overflow_px = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow_px, 0, `horizontal overflow at ${width} px`);
  }
}
