// The harness's own checks: a check that lets a bad picture pass would prove nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, newContext } from "./harness/browser.mjs";
import { withDeadline } from "./harness/deadline.mjs";
import { assertPlays, watch } from "./harness/picture.mjs";

let browser;
let page;

before(async () => {
  browser = await launchBrowser();
  page = await (await newContext(browser)).newPage();
  await page.setContent("<video autoplay muted playsinline></video>");
});
after(() => browser?.close());

test("a picture that is black, of one colour, standing still or absent does not count as playing", async () => {
  await show((context) => {
    context.fillStyle = `rgb(0 0 ${Math.floor(performance.now()) % 2})`;
    context.fillRect(0, 0, 64, 48);
  });
  await assert.rejects(assertPlays(page), /too dark/);

  await show((context) => {
    context.fillStyle = `rgb(200 200 ${Math.floor(performance.now()) % 2})`;
    context.fillRect(0, 0, 64, 48);
  });
  await assert.rejects(assertPlays(page), /one colour/);

  await show((context) => {
    context.fillStyle = "#888";
    context.fillRect(0, 0, 64, 48);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, 32, 48);
  });
  await assert.rejects(assertPlays(page), /standing still/);

  await page.evaluate(() => {
    document.querySelector("video").srcObject = null;
  });
  await assert.rejects(watch(page, "video", 1, 500), /no frame/);
});

test("a moving picture counts as playing", async () => {
  await show((context) => {
    const left = Math.floor(performance.now() / 10) % 32;
    context.fillStyle = "#888";
    context.fillRect(0, 0, 64, 48);
    context.fillStyle = "#fff";
    context.fillRect(left, 0, 32, 48);
  });
  await assertPlays(page);
});

test("a wait ends at its deadline", async () => {
  await assert.rejects(
    withDeadline(new Promise(() => {}), 10, () => "too late"),
    /too late/,
  );
  assert.equal(await withDeadline(Promise.resolve(5), 10, () => "too late"), 5);
});

function show(draw) {
  return page.evaluate((source) => {
    clearInterval(globalThis.painter);
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    const context = canvas.getContext("2d");
    const paint = new Function(`return ${source}`)();
    globalThis.painter = setInterval(() => paint(context), 20);
    document.querySelector("video").srcObject = canvas.captureStream(30);
  }, draw.toString());
}
