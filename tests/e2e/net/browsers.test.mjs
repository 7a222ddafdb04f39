// Browsers in a rig: which of its faults their pages see, and what is recorded of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isAlive, stateOf, treeOf } from "./processes.mjs";
import { inBrowsers, useRig } from "./stage.mjs";
import { until } from "./until.mjs";

/** Half a second of frames, and the delay of a busy machine. */
const HICCUP_MS = 700;

inBrowsers(["chromium", "puppet", "firefox"], (kind) => {
  const stage = useRig();

  test("a page is secure and reaches the server over either link", async () => {
    const ada = await stage.client("ada", { kind });
    assert.ok(await ada.page.evaluate(() => isSecureContext && !!navigator.mediaDevices));
    await stage.rig.useOnly("wifi0");
    assert.equal(await answers(ada), true);
    await stage.rig.switchTo("cell0");
    assert.equal(await answers(ada), true);
    const { passed } = await stage.rig.counters("cell0", "up");
    assert.ok(passed > 0, "by mobile data");
  });

  test("links that go down are told, except by Firefox, and come back", async () => {
    const ada = await stage.client("ada", { kind });
    const { at_ms } = await stage.rig.linkDown("client");
    if (kind !== "firefox") {
      const { at_ms: told_ms, onLine } = await ada.untilLife("offline", { since_ms: at_ms });
      assert.ok(told_ms - at_ms < 1000, `${told_ms - at_ms} ms`);
      assert.equal(onLine, false);
    }
    const healed = await stage.rig.heal();
    if (kind !== "firefox") await ada.untilLife("online", { since_ms: healed.at_ms });
    assert.equal(await answers(ada), true);
  });

  test("a gap in the picture is as long as the fault", async () => {
    const { ada, bo } = await stage.pair("room", { kind });
    await stage.playing(ada, bo, "stream");
    const before_ms = Date.now();
    await stage.assertPlays(ada, bo);
    const { gap_ms } = await bo.longestGap({ since_ms: before_ms });
    assert.ok(gap_ms < HICCUP_MS, `${gap_ms} ms without a fault`);

    const dropped = await stage.rig.drop({ protocol: "udp", direction: "up" });
    const decoded = await bo.framesDecoded();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await dropped.lift();
    await bo.untilFrame({ after_ms: dropped.at_ms + 1500 });
    await stage.assertPlays(ada, bo);
    const gap = await bo.longestGap({ since_ms: dropped.at_ms });
    assert.ok(gap.gap_ms > 1200 && gap.gap_ms < 6000, JSON.stringify(gap));
    assert.ok((await bo.framesDecoded()) > decoded);
  });

  test("a browser sleeps with all its processes, wakes, and dies", async () => {
    const ada = await stage.client("ada", { kind });
    const { browser } = ada;
    await browser.pause();
    const tree = treeOf(browser.pid).filter(isAlive);
    assert.ok(tree.length > 3, `${tree}`);
    assert.ok(tree.every((pid) => stateOf(pid) === "T"));
    const asked = ada.page.evaluate(() => Date.now());
    await browser.resume();
    assert.ok((await asked) > 0);
    await browser.kill();
    assert.ok(!tree.some(isAlive));
  });

  if (kind !== "puppet") return;
  test("a page is hidden, throttled, frozen and shown again", () => hide(stage));
  test("a page that was left is kept, and gone back to", () => goBack(stage));
});

async function hide(stage) {
  const ada = await stage.client("ada", { kind: "puppet" });
  await ada.page.evaluate(() => {
    globalThis.ticks = [];
    setInterval(() => globalThis.ticks.push(performance.now()), 100);
  });
  const ticks = () => ada.page.evaluate(() => globalThis.ticks);
  await ada.page.hide();
  assert.equal((await ada.untilLife("visibilitychange")).visibility, "hidden");
  const hidden = (await ticks()).length;
  await until("slow ticks", async () => (await ticks()).length >= hidden + 4, 8000);
  const [first, second] = (await ticks()).slice(-2);
  assert.ok(second - first > 900, `${second - first} ms between ticks`);

  await ada.page.freeze();
  await ada.untilLife("freeze");
  await ada.page.thaw();
  await ada.untilLife("resume");
  const { at_ms } = await ada.page.show();
  const shown = await ada.untilLife("visibilitychange", { since_ms: at_ms });
  assert.equal(shown.visibility, "visible");
}

async function goBack(stage) {
  const ada = await stage.client("ada", { kind: "puppet" });
  await ada.page.evaluate(() => {
    globalThis.kept = true;
  });
  const origin = ada.browser.origin(stage.server);
  await ada.page.goto(`${origin}/health?again`);
  assert.equal(await ada.page.evaluate(() => globalThis.kept), undefined);
  await ada.page.page.goBack();
  await until("the page kept", () => ada.page.evaluate(() => globalThis.kept));
  const back = ada.life.findLast(({ name }) => name === "pageshow");
  assert.ok(back.persisted, JSON.stringify(ada.life));
}

/** Asks until there is an answer: a request may leave on a connection that died with its link. */
async function answers(client) {
  const ask = () => fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(500) });
  const source = `(${ask})().then(({ ok }) => ok, () => false)`;
  return until("an answer", () => client.page.evaluate(source), 8000);
}
