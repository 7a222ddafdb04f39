import { createWorld } from "holdfast-rtc/testing";
import { beforeEach, expect, test } from "vitest";
import { showBanner } from "./banner.js";

let world;
let banner;

beforeEach(async () => {
  world = createWorld();
  banner = document.createElement("p");
  banner.hidden = true;
  showBanner(world.user("alice"), banner);
  await world.until(world.user("alice").login("room"));
});

test("the banner counts down for twenty minutes, then says that it is over", async () => {
  const begunAt = performance.now();
  world.cut("alice");
  await world.advance("1s");
  expect(banner.hidden).toBe(false);
  expect(banner.textContent).toMatch(/^Reconnecting \(try \d+\), 20 min left…$/);

  await world.advance("18min 30s");
  expect(banner.textContent).toMatch(/, 2 min left…$/);

  await world.advance("90s");
  expect(banner.textContent).toBe("You have left the call.");
  console.log(`20 virtual minutes took ${Math.round(performance.now() - begunAt)} ms`);
});

test("the banner goes when the network is back", async () => {
  world.cut("alice");
  await world.advance("5min");
  expect(banner.hidden).toBe(false);

  world.heal("alice");
  await world.until(() => banner.hidden, "10s");
});
