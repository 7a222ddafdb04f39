// The demo page, operated by its own controls, at a desktop's and a phone's width.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertPlays, watch } from "./harness/picture.mjs";
import { Server } from "./harness/server.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();
const SCREENSHOTS = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));
const DEVICES = [
  { name: "desktop", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "phone", viewport: { width: 360, height: 740 }, colorScheme: "dark" },
];
/** Another user's picture. */
const REMOTE = '[data-kind="player"]';

for (const { name, ...device } of DEVICES) {
  test(`two people meet on the page, ${name}`, async () => {
    const room = stage.name("room");
    const ada = await open(device, room, "Ada");
    const bo = await open(device, room, "Bo");
    await assertTidy(ada, `${name}-1-join`);

    for (const { page } of [ada, bo]) {
      await page.click("#join");
      await waitForPill(page, "#room-pill", "LOGINED");
    }
    await waitForText(ada.page, "#people", "With Bo");
    assert.ok(await ada.page.isVisible(".empty"));
    await assertTidy(ada, `${name}-2-joined`);

    await ada.page.click("#camera");
    await waitForPill(ada.page, '[data-tile="camera"] .pill', "PREVIEW");
    await ada.page.click("#publish");
    await waitForPill(ada.page, "#publisher-pill", "PUBLISHING");
    await bo.page.click("#publish");
    for (const user of [ada, bo]) {
      await waitForPill(user.page, `${REMOTE} .pill`, "PLAYING");
      await assertPlays(user.page, `${REMOTE} video`);
    }
    assert.ok(!(await ada.page.isVisible(".empty")));
    await assertTidy(ada, `${name}-3-playing`);
    await assertTidy(bo, `${name}-4-playing-other`);
    const logged = await bo.page.$$eval("#event-log li", (items) =>
      items.map((item) => item.dataset.event),
    );
    for (const event of [
      "roomStateChanged",
      "roomStateUpdate",
      "roomUserUpdate",
      "roomStreamUpdate",
      "publisherStateUpdate",
      "playerStateUpdate",
    ]) {
      assert.ok(logged.includes(event), `${event} is not in the log`);
    }

    await ada.page.click("#publish"); // now: stop publishing
    await waitForPill(ada.page, "#publisher-pill", "NO_PUBLISH");
    await bo.page.waitForSelector(REMOTE, { state: "detached" });
    await ada.page.click("#leave");
    await waitForPill(ada.page, "#room-pill", "LOGOUT");
    await waitForText(bo.page, "#people", "Nobody else");
    assert.ok(await ada.page.isVisible("#join-form"));
    assert.equal(await ada.page.locator(".tile").count(), 0);
    await assertTidy(ada, `${name}-5-left`);
    await assertTidy(bo, `${name}-6-alone`);

    await ada.page.click("#join"); // and back again
    await waitForPill(ada.page, "#room-pill", "LOGINED");
    await waitForPill(ada.page, `${REMOTE} .pill`, "PLAYING");
    await assertTidy(ada, `${name}-7-back`);
  });
}

test("a shared screen is one more tile, there until its sharer stops", async () => {
  const room = stage.name("room");
  const [ada, bo] = [await open(DEVICES[0], room, "Ada"), await open(DEVICES[0], room, "Bo")];
  for (const { page } of [ada, bo]) {
    await page.click("#join");
    await waitForPill(page, "#room-pill", "LOGINED");
  }
  await bo.page.click("#publish");
  await bo.page.click("#screen");
  await waitForPill(bo.page, '[data-tile="screen"] .pill', "PUBLISHING");
  const shared = `${REMOTE}[aria-label="Bo, screen"]`;
  await waitForPill(ada.page, `${shared} .pill`, "PLAYING");
  assert.equal(await ada.page.locator(REMOTE).count(), 2);
  await watch(ada.page, `${shared} video`, 1);
  await assertTidy(ada, "desktop-screen");

  await bo.page.click("#screen"); // now: stop sharing
  await ada.page.waitForSelector(shared, { state: "detached" });
  await bo.page.waitForSelector('[data-tile="screen"]', { state: "detached" });
  await waitForPill(ada.page, `${REMOTE} .pill`, "PLAYING");
});

test("without a camera's permission the page says what to do", async () => {
  const user = await open(DEVICES[0], stage.name("room"), "Ada");
  await user.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException("Permission denied", "NotAllowedError");
    };
  });
  await user.page.click("#join");
  await waitForPill(user.page, "#room-pill", "LOGINED");
  await user.page.click("#publish");
  await waitForText(user.page, "#notice", "not allowed");
  await waitForPill(user.page, "#room-pill", "LOGINED");
  assert.ok(await user.page.isEnabled("#publish"), "it can be tried again");
  await assertTidy(user, "desktop-no-permission");
});

test("a server without --dev asks for a token, and a bad one is explained", async () => {
  const server = await Server.start([]);
  try {
    const user = await open(DEVICES[1], stage.name("room"), "Ada", server);
    await user.page.click("#join");
    await user.page.waitForSelector('[name="token"]');
    await user.page.fill('[name="app"]', "1");
    await user.page.fill('[name="token"]', "not-a-token");
    await user.page.click("#join");
    await waitForPill(user.page, "#room-pill", "LOGIN_FAILED");
    await user.page.waitForSelector("#notice:not([hidden])");
    assert.match(await user.page.textContent("#notice"), /\(\d{7}\)/);
    user.problems = user.problems.filter((text) => !text.includes("/dev/token")); // the token's absence
    await assertTidy(user, "phone-token");
    await stage.closeContexts();
  } finally {
    await server.stop();
  }
});

test("names and IDs from others are text, never markup", async () => {
  const room = stage.name("room");
  const user = await open(DEVICES[0], room, "Ada");
  await user.page.click("#join");
  await waitForPill(user.page, "#room-pill", "LOGINED");
  const name = "<img src=x onerror=globalThis.hacked=1><b>Eve</b>";
  const eve = await open(DEVICES[0], room, name);
  await eve.page.click("#join");
  await eve.page.click("#publish");
  await waitForText(user.page, "#people", name);
  await waitForText(user.page, `${REMOTE} .tile-name`, name);
  await waitForText(user.page, "#event-log", "onerror");
  assert.equal(await user.page.locator("#people img, #event-log img, .tile img").count(), 0);
  assert.equal(await user.page.evaluate(() => globalThis.hacked), undefined);
});

test("sound that the browser blocks leaves the picture playing, with a button for the sound", async () => {
  const room = stage.name("room");
  const ada = await open(DEVICES[1], room, "Ada");
  const bo = await open(DEVICES[1], room, "Bo");
  await bo.page.evaluate(() => {
    const play = HTMLMediaElement.prototype.play;
    globalThis.isBlocked = true;
    HTMLMediaElement.prototype.play = function () {
      if (!this.muted && !globalThis.isBlocked) globalThis.heard = this;
      if (this.muted || !globalThis.isBlocked) return play.call(this);
      this.pause();
      return Promise.reject(new DOMException("blocked", "NotAllowedError"));
    };
  });
  for (const { page } of [ada, bo]) {
    await page.click("#join");
    await waitForPill(page, "#room-pill", "LOGINED");
  }
  await ada.page.click("#publish");
  const button = bo.page.getByRole("button", { name: "Tap to unmute" });
  await button.waitFor();
  await assertPlays(bo.page, `${REMOTE} video`);
  await assertTidy(bo, "phone-blocked-sound");
  await bo.page.evaluate(() => {
    globalThis.isBlocked = false;
  });
  await button.click();
  await bo.page.waitForFunction(() => globalThis.heard?.currentTime > 0);
  assert.equal(await bo.page.evaluate(() => globalThis.heard.muted), false);
  assert.equal(await button.count(), 0);
});

test("a stream that broke for good can be tried again", async () => {
  const room = stage.name("room");
  const ada = await open(DEVICES[0], room, "Ada");
  const bo = await open(DEVICES[0], room, "Bo");
  await bo.page.evaluate(makeBreakable);
  for (const { page } of [ada, bo]) {
    await page.click("#join");
    await waitForPill(page, "#room-pill", "LOGINED");
  }
  await ada.page.click("#publish");
  await waitForPill(bo.page, `${REMOTE} .pill`, "PLAYING");
  await assertPlays(bo.page, `${REMOTE} video`);

  await bo.page.evaluate(() => globalThis.breakMedia());
  const button = bo.page.getByRole("button", { name: "Try again" });
  await button.waitFor();
  await waitForPill(bo.page, `${REMOTE} .pill`, "NO_PLAY");
  assert.match(await bo.page.textContent(`${REMOTE} .tile-message`), /\(\d{7}\)/);
  await assertTidy(bo, "desktop-broken");
  await bo.page.evaluate(() => globalThis.mendMedia());
  await button.click();
  await waitForPill(bo.page, `${REMOTE} .pill`, "PLAYING");
  await assertPlays(bo.page, `${REMOTE} video`);
  assert.equal(await button.count(), 0);
  assert.ok(await bo.page.isHidden(`${REMOTE} .tile-message`));
});

/** In the page: a short retry window, and media that `breakMedia()` ends until `mendMedia()`. */
async function makeBreakable() {
  const { ExpressEngine } = await import("/sdk/index.js");
  const { loginRoom } = ExpressEngine.prototype;
  ExpressEngine.prototype.loginRoom = function (...args) {
    this.setEngineConfig({ streamRetryTime: 6 });
    return loginRoom.apply(this, args);
  };
  let isBroken = false;
  let last;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      last = this;
    }
    createOffer(...args) {
      return isBroken ? Promise.reject(new Error("broken")) : super.createOffer(...args);
    }
  };
  globalThis.breakMedia = () => {
    isBroken = true;
    Object.defineProperty(last, "connectionState", { value: "failed" });
    last.dispatchEvent(new Event("connectionstatechange"));
  };
  globalThis.mendMedia = () => {
    isBroken = false;
  };
}

/** Opens the page for a user and records what goes wrong on it. */
async function open(device, room, user, server = stage.server) {
  const page = await (await stage.context(device)).newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      problems.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(`${server.url}/?room=${room}&user=${encodeURIComponent(user)}`);
  await page.waitForSelector('#room-pill[data-state="LOGOUT"]');
  return { page, problems };
}

/** No console output, nothing wider than the window, no control without a name. */
async function assertTidy({ page, problems }, screenshot) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${screenshot}.png` });
  assert.deepEqual(problems, []);
  const overflow_px = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(overflow_px, 0, "horizontal overflow");
  const nameless = await page.$$eval(
    "button, input",
    (controls) =>
      controls.filter((control) => !(control.textContent.trim() || control.labels?.[0])).length,
  );
  assert.equal(nameless, 0, "controls without a name");
}

function waitForPill(page, selector, state) {
  return page.waitForSelector(`${selector}[data-state="${state}"]`);
}

function waitForText(page, selector, text) {
  return page.locator(selector).filter({ hasText: text }).first().waitFor({ state: "attached" });
}
