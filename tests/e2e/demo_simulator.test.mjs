// The simulator's page: scenes, seeds, steps, links, deliberate bugs, the storm.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { assertUsable, keepPicture } from "./harness/demo_page.mjs";
import { useStage } from "./harness/stage.mjs";

const SIM = process.env.HOLDFAST_SIM ?? "target/sim/holdfast-sim";
const SCENES = [
  ["case-1", ["Reconnected", "Logged in"]],
  ["case-2", ["Reconnected", "Logged in"]],
  ["case-3", ["Reconnect failed", "Logged in"]],
  ["host-1", ["Reconnected", "Logged in"]],
  ["host-2", ["Reconnected", "Logged in"]],
  ["audience-1", ["Reconnected", "Logged in"]],
  ["audience-2", ["Reconnected", "Logged in", "Logged in"]],
  ["audience-3", ["Logged in, off", "Logged in", "Logged in"]],
  ["audience-4", ["Logged in, off", "Logged in"]],
];

const stage = useStage();
const device = { viewport: { width: 1440, height: 1200 }, colorScheme: "light" };

/** Opens the page with a run at its beginning, or at the step in the address. */
async function open(search, options = device) {
  const page = await (await stage.context(options)).newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(`${stage.server.url}/simulator.html?${search}`);
  await page.waitForSelector("#verdict[data-tone], #storm:not([hidden]), #notice:not([hidden])");
  return { page, problems };
}

async function finish(page) {
  await page.click("#finish");
  await page.locator("#progress").filter({ hasText: /over$/ }).waitFor();
}

/** The point a run has reached. */
function standing(page) {
  return page.evaluate(() => {
    const text = (id) => document.getElementById(id).textContent;
    return { clock: text("clock"), progress: text("progress"), hash: text("hash") };
  });
}

test("each scene runs to its end with all invariants green", async () => {
  const { page, problems } = await open("");
  for (const [name, states] of SCENES) {
    await page.selectOption("#run", name);
    await page.click("#choice button");
    await page.waitForURL((url) => url.searchParams.get("run") === name);
    await page
      .locator("#clock")
      .filter({ hasText: /^0\.000 s$/ })
      .waitFor();
    await finish(page);
    assert.deepEqual(await page.locator("#wires .state").allTextContents(), states, name);
    assert.match(await page.textContent("#verdict"), /^All \d+ hold, to the end$/, name);
    assert.equal(await page.locator('#invariants [data-outcome="broken"]').count(), 0);
  }
  assert.deepEqual(problems, []);
});

test("case 1 of the timeline, and of everyone in it", async () => {
  const { page } = await open("run=case-1");
  for (let at_s = 10; at_s <= 90; at_s += 10) {
    await page.click("#ahead");
    await page
      .locator("#clock")
      .filter({ hasText: `${at_s}.000 s` })
      .waitFor();
  }
  // The cable is plugged in again at this moment.
  await page.locator('#wires [data-flight="Connect"]').waitFor({ state: "attached" });
  assert.equal(await page.locator("#wires .state").first().textContent(), "Reconnecting");
  await keepPicture(page, "demo-simulator");
  await finish(page);
  const states = () =>
    page.$$eval('#timeline .bar[data-lane="room"]', (bars) => bars.map((bar) => bar.dataset.state));
  assert.deepEqual(await states(), ["LOGINING", "LOGINED", "RECONNECTING", "RECONNECTED"]);
  await page.selectOption("#whose", { label: "bob" });
  assert.deepEqual(await states(), ["LOGINING", "LOGINED"]);
  await assertUsable(page);
});

test("a seed is the same world in the page, by a link, in steps, and natively", async () => {
  const { page } = await open("seed=7&minutes=1");
  await finish(page);
  const whole = await standing(page);
  const { stdout } = await promisify(execFile)(SIM, ["--seed", "7", "--minutes", "1"]);
  assert.match(stdout, new RegExp(`^seed 7: trace ${whole.hash}$`, "m"));

  await page.click("#anew");
  await page
    .locator("#clock")
    .filter({ hasText: /^0\.000 s$/ })
    .waitFor();
  await page.click("#ahead");
  await page
    .locator("#clock")
    .filter({ hasText: /^10\.000 s$/ })
    .waitFor();
  await page.click("#step");
  await page.waitForURL((url) => url.searchParams.has("step"));
  await page
    .locator("#clock")
    .filter({ hasNotText: /^10\.000 s$/ })
    .waitFor();
  const half = await standing(page);
  const { page: other } = await open(new URL(page.url()).search.slice(1));
  await other.locator("#hash").filter({ hasText: half.hash }).waitFor();
  assert.deepEqual(await standing(other), half);
  await finish(other);
  assert.deepEqual(await standing(other), whole);
});

test("steps show messages in flight, and what the browser of a user does", async () => {
  const { page } = await open("run=case-1");
  await page.click("#ahead");
  await page
    .locator("#clock")
    .filter({ hasText: /^10\.000 s$/ })
    .waitFor();
  await page.locator('#wires [data-flight="Connect"]').waitFor({ state: "attached" });
  assert.match(await page.textContent("#server"), /up, 2 devices, 1 session.*in flight/);
  const lines = await page.locator("#trace li").count();
  await page.focus("#step");
  await page.keyboard.press("Enter");
  await page.locator(`#trace li:nth-child(${lines + 1})`).waitFor();
  await page.click("#play");
  await page.locator("#wires .state").first().filter({ hasText: "Logged in" }).waitFor();
  await page.click("#play");
  await page.waitForSelector('#play[aria-pressed="false"]');
});

test("a deliberate bug turns its invariant red", async () => {
  const { page } = await open("run=case-1&mutant=NeverProbe");
  await finish(page);
  assert.equal(await page.textContent("#verdict"), "ROOM-05 is broken");
  assert.match(await page.textContent("#violation"), /^At \d+\.\d{3} s: alice: a link is dead/);
  const broken = page.locator('#invariants [data-outcome="broken"]');
  assert.match(await broken.textContent(), /^ROOM-05 /);
  assert.equal(await broken.count(), 1);
  await keepPicture(page, "demo-simulator-broken");
  await assertUsable(page);
});

test("a machine's assertion that fails is said, and the page goes on", async () => {
  const { page } = await open("seed=1&mutant=RepeatReconnecting");
  await page.click("#finish");
  await page
    .locator("#notice")
    .filter({ hasText: /panicked/ })
    .waitFor();
  await page.selectOption("#choice [name=mutant]", "");
  await page.click("#choice button");
  await page.waitForSelector("#notice", { state: "hidden" });
  await finish(page);
  assert.match(await page.textContent("#verdict"), /to the end$/);
});

test("a storm is a table, and everyone is back", async () => {
  const { page } = await open("run=storm&clients=100");
  await page.locator("#storm-rows tr:nth-child(3)").waitFor();
  assert.equal(await page.locator('#storm-rows [data-outcome="met"]').count(), 3);
  assert.deepEqual(await page.locator("#storm-rows td:last-child").allTextContents(), [
    "yes",
    "yes",
    "yes",
  ]);
  await assertUsable(page);
});

test("a page that is there before its module says so, and goes on once it is built", async () => {
  const page = await (await stage.context(device)).newPage();
  await page.route("**/simulator-module/*", (route) => route.fulfill({ status: 404 }));
  await page.goto(`${stage.server.url}/simulator.html`);
  await page
    .locator("#notice")
    .filter({ hasText: /not built yet/ })
    .waitFor();
  await page.unrouteAll();
  await page.waitForSelector("#verdict[data-tone]");
  assert.equal(await page.isVisible("#notice"), false);
  await finish(page);
});

test("nothing that an address says breaks the page", async () => {
  const { page, problems } = await open("run=nowhere&seed=-1&minutes=x&mutant=None&step=1e9");
  await finish(page);
  assert.match(await page.textContent("#verdict"), /to the end$/);
  const wrong = await open("seed=0.5&step=5");
  assert.match(await wrong.page.textContent("#notice"), /a seed is a whole number/);
  assert.deepEqual([...problems, ...wrong.problems], []);
});
