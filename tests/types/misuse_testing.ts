// Compiled only (tsc --strict): misuse of `holdfast-rtc/testing` that must not compile, each method at least once.

import { createWorld, type TestUser, type World } from "holdfast-rtc/testing";

export function misuseWorld(world: World, bob: TestUser): void {
  // @ts-expect-error there is no such option
  createWorld({ grace: 5 });
  // @ts-expect-error time is the world's
  world.nowMs = 5;
  // @ts-expect-error a user has an ID
  world.user();
  // @ts-expect-error a device has a name
  world.address(1);
  // @ts-expect-error the stream comes later
  world.camera().getTracks();
  // @ts-expect-error a span is text or a number
  void world.advance(null);
  // @ts-expect-error a promise or a condition
  void world.until("5s");
  // @ts-expect-error a device has a name
  world.cut();
  // @ts-expect-error a device has a name
  world.blackhole();
  // @ts-expect-error no such option
  world.heal("phone", { keeps: true });
  // @ts-expect-error one network after the other
  world.switchNetwork("phone", "wifi");
  // @ts-expect-error a delay is needed
  world.setDelay("phone");
  // @ts-expect-error a device has a name
  world.sleep();
  // @ts-expect-error a device has a name
  world.freeze(true);
  // @ts-expect-error a device has a name
  world.wake();
  // @ts-expect-error an interval is needed
  world.throttle("phone");
  // @ts-expect-error a device has a name
  world.crash();
  // @ts-expect-error no such option
  world.stopServer({ forget: true });
  // @ts-expect-error there is nothing to choose
  world.startServer({ forgets: true });
  // @ts-expect-error no such option
  world.restartServer(true);
  // @ts-expect-error there is nothing to choose
  world.drainServer("30s");
  // @ts-expect-error nodes have numbers
  world.stopNode("first");
  // @ts-expect-error nodes have numbers
  world.startNode("first");
  // @ts-expect-error words, not a code
  world.kick("bob", 1002055);
  // @ts-expect-error a stream has an ID
  world.removeStream();
  // @ts-expect-error a list
  world.members("room") === "bob";
  // @ts-expect-error a room has an ID
  world.streams();
  // @ts-expect-error no such option
  world.token({ for: "bob" });
  // @ts-expect-error there is nothing to choose
  world.refusedToken("bob");
  // @ts-expect-error a room has an ID
  void bob.login();
}
