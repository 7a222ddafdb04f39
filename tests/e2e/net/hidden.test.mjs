// Pages in the background: throttled, frozen, kept in the back/forward cache.

import assert from "node:assert/strict";
import { lasted } from "./lasting.mjs";
import { inBrowsers, scene } from "./stage.mjs";
import {
  assertMessages,
  assertRoomStates,
  assertUntold,
  BACK,
  caughtUp,
  marks,
  messages,
  untilMessage,
} from "./states.mjs";
import { until } from "./until.mjs";

/**
 * A hidden page's timers run once a minute: a minute after hiding if it had been painted by then, else after 5 minutes,
 * or with this flag after ten seconds.
 */
const THROTTLE_SOON = "--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10";
const HIDDEN_MS = 80_000;
const FROZEN_MS = 30_000;
const MESSAGE_EVERY_MS = 5000;

inBrowsers(
  ["puppet"],
  (kind) => {
    scene(
      "bey_05 80 s in a hidden tab with throttled timers: no reconnect, and messages come",
      (stage) => throttled(stage, kind),
    );
    scene("bey_05 a page frozen for 30 s comes back by itself and has missed nothing", (stage) =>
      frozen(stage, kind),
    );
    scene("bey_05 room_13 a page in the back/forward cache has not logged out", (stage) =>
      kept(stage, kind),
    );
  },
  { concurrency: 3 },
);

async function throttled(stage, kind) {
  const { ada, bo } = await stage.pair("room", { kind, args: [THROTTLE_SOON] });
  const since = marks(ada, bo);
  const idle = await idlePage(stage, ada.browser);
  for (const page of [idle, ada.page]) await page.evaluate(tick);
  await idle.hide();
  const { at_ms } = await ada.page.hide();
  const sent = [];
  while (Date.now() < at_ms + HIDDEN_MS) {
    const text = `after ${sent.length * MESSAGE_EVERY_MS} ms`;
    sent.push(text);
    await bo.call("sendBroadcastMessage", "room", text);
    const { at_ms: told_ms } = await untilMessage(ada, text, { since: since.ada });
    assert.ok(told_ms - at_ms < sent.length * MESSAGE_EVERY_MS, `"${text}" came late`);
    await lasted(at_ms, sent.length * MESSAGE_EVERY_MS);
  }
  // An open WebSocket keeps Chromium from the once-a-minute rate; any other page gets it.
  const gaps_ms = {
    idle: await idle.evaluate(longestGap),
    ada: await ada.page.evaluate(longestGap),
  };
  assert.ok(gaps_ms.idle > 5000 && gaps_ms.ada > 900, JSON.stringify(gaps_ms));
  await ada.page.show();
  await caughtUp(ada, bo);
  assertRoomStates(ada, since.ada, []);
  assertMessages(ada, since.ada, sent);
  assertUntold(bo, since.bo);
}

/** A page in a browser, without a link. */
async function idlePage(stage, browser) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${browser.origin(stage.server)}/health`);
  return page;
}

async function frozen(stage, kind) {
  const { ada, bo } = await stage.pair("room", { kind });
  const since = marks(ada, bo);
  await ada.page.hide();
  const { at_ms } = await ada.page.freeze();
  await ada.untilLife("freeze");
  await bo.call("sendBroadcastMessage", "room", "early");
  // By then the server has given up the link.
  await lasted(at_ms, FROZEN_MS);
  await bo.call("sendBroadcastMessage", "room", "late");
  assert.deepEqual(messages(ada, since.ada), [], "a frozen page hears nothing");
  await ada.page.thaw();
  await ada.untilLife("resume");
  await ada.untilRoom("RECONNECTED", { since: since.ada });
  await untilMessage(ada, "late", { since: since.ada });
  await ada.call("sendBroadcastMessage", "room", "back");
  await untilMessage(bo, "back", { since: since.bo });
  await caughtUp(ada, bo);
  assertRoomStates(ada, since.ada, BACK);
  assertMessages(ada, since.ada, ["early", "late"]);
  assertUntold(bo, since.bo);
}

async function kept(stage, kind) {
  const { ada, bo } = await stage.pair("room", { kind });
  const since = marks(ada, bo);
  await ada.page.evaluate(() => {
    globalThis.kept = true;
  });
  await ada.page.goto(`${ada.browser.origin(stage.server)}/health?away`);
  await bo.call("sendBroadcastMessage", "room", "missed");
  await ada.page.page.goBack();
  await until("the page as it was", () => ada.page.evaluate(() => globalThis.kept));
  const shown = ada.life.findLast(({ name }) => name === "pageshow");
  assert.ok(shown.persisted, "the page was kept");
  await untilMessage(ada, "missed", { since: since.ada });
  await ada.call("sendBroadcastMessage", "room", "back");
  await untilMessage(bo, "back", { since: since.bo });
  await caughtUp(ada, bo);
  assertRoomStates(ada, since.ada, BACK);
  assertMessages(ada, since.ada, ["missed"]);
  assertUntold(bo, since.bo);
}

// The functions below run in the page.

function tick() {
  globalThis.ticks = [performance.now()];
  setInterval(() => globalThis.ticks.push(performance.now()), 100);
}

function longestGap() {
  const times = [...globalThis.ticks, performance.now()];
  return Math.max(...times.slice(1).map((now_ms, i) => now_ms - times[i]));
}
