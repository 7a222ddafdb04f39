// Compiled only (tsc --strict): an app's test that uses `holdfast-rtc/testing`.

import type { ExpressEngine } from "holdfast-rtc";
import { createWorld, PlayerState, type TestUser, type World } from "holdfast-rtc/testing";

export async function use(): Promise<void> {
  const world: World = createWorld({ seed: 7, graceMs: "30s", delayMs: 20, start: new Date() });
  const bob: TestUser = world.user("bob", { device: "phone" });
  const engine: ExpressEngine = bob;
  const isIn: boolean = await world.until(bob.login("room", { userConnectionUpdate: true }));
  engine.on("roomStateChanged", (_room, reason) => reason === "KICKOUT" && isIn);
  engine.startPublishingStream("camera", await world.camera());
  await world.until(() => world.streams("room").includes("camera"), "5s");
  world.cut("phone");
  await world.advance(world.nowMs + PlayerState.PLAYING);
  await world.advance("1min 30s");
  world.heal("phone", { keepsConnections: true });
  world.kick("bob", "bye");
  await engine.loginRoom("room", world.token({ expiresIn: "5min" }), { userID: "bob" });
}
