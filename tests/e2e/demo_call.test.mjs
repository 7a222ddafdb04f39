// The demo page's call view: invite link, chat, and the state of each stream and of others' losses.

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
const OWN = '[data-tile="camera"]';

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
  await overlay.filter({ hasText: /^Ada is reconnecting…$/ }).waitFor();
  await keepPicture(bo.page, "demo-reconnecting");
  assert.ok(await bo.page.$eval(`${REMOTE} video`, (video) => video.videoWidth > 0));
  await untilState(ada.page, "#room-pill", "RECONNECTED");
  await overlay.waitFor({ state: "hidden" });
  await untilState(bo.page, `${REMOTE} .pill`, "PLAYING");
});

for (const { name, ...device } of [
  { name: "call", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "call-dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "call-phone", viewport: { width: 360, height: 900 }, colorScheme: "dark" },
]) {
  test(`a stream's quality and sound are shown to who publishes and who plays it, ${name}`, async () => {
    const { ada, bo } = await pair(stage, { device });
    const { page } = bo;
    await page.click("#publish");
    for (const tile of [OWN, REMOTE]) {
      const bars = page.locator(`${tile} .bars:has(.on)`);
      await bars.waitFor();
      const words = await bars.getAttribute("aria-label");
      assert.match(words, /^Quality: \w+, \d+ × \d+, \d+ pictures a second, \d+ kbit\/s, \d+ ms$/);
      const isHeard = (selector) => document.querySelector(selector).value > 0;
      await page.waitForFunction(isHeard, `${tile} meter`);
    }
    await ada.page.fill("#chat-text", "Can you hear me?");
    await ada.page.press("#chat-text", "Enter");
    await page.getByText("Can you hear me?").first().waitFor();
    await keepPicture(page, `demo-${name}`);
    await page.click("#publish"); // now: stop publishing
    await page.waitForSelector(`${OWN} .bars`, { state: "hidden" });
  });
}

test("what another has muted is signed on the tile, for who comes later too", async () => {
  const { room, ada, bo } = await pair(stage);
  const sign = (page, kind) => page.locator(`${REMOTE} [data-sign="${kind}"]`);
  await ada.page.click("#mute");
  await sign(bo.page, "audio").waitFor();
  assert.ok(await sign(bo.page, "video").isHidden());
  await ada.page.waitForSelector(`${OWN} [data-sign="audio"]`);
  await ada.page.click("#hide");
  await sign(bo.page, "video").waitFor();
  const cy = await join(stage, room, "Cy");
  await sign(cy.page, "audio").waitFor();
  await sign(cy.page, "video").waitFor();
  await ada.page.click("#mute");
  await ada.page.click("#hide");
  for (const { page } of [bo, cy]) {
    await sign(page, "audio").waitFor({ state: "hidden" });
    await sign(page, "video").waitFor({ state: "hidden" });
  }
});

for (const width of [360, 520, 1440]) {
  test(`no button moves when what is offered changes, ${width} px wide`, async () => {
    const device = { viewport: { width, height: 740 } };
    const { page } = await join(stage, stage.name("room"), "Ada", { device });
    const seen = [];
    const look = async () => seen.push(await page.evaluate(places));
    await look();
    for (const [button, state] of [
      ["#camera", "PREVIEW"],
      ["#publish", "PUBLISHING"],
      ["#mute", "PUBLISHING"],
      ["#publish", "PREVIEW"],
    ]) {
      await page.click(button);
      await untilState(page, `${OWN} .pill`, state);
      await look();
    }
    await page.click("#faults summary");
    await page.getByRole("button", { name: "Refuse logins" }).click();
    await untilState(page, "#room-pill", "RECONNECTING");
    await look();
    await untilState(page, "#room-pill", "RECONNECTED");
    for (const places of seen) assert.deepEqual(places, seen[0]);
  });
}

/** In the page: where each control is in the document, and its size. */
function places() {
  return [...document.querySelectorAll(".controls button")].map((button) => {
    button.parentElement.style.position = "static"; // else it follows the window
    const { x, y, width, height } = button.getBoundingClientRect();
    return [button.id, x, y + scrollY, width, height].join(" ");
  });
}
