import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorld, ExpressEngine } from "./package.mjs";

/** The world with users in a room, and each user's room states since. */
async function inRoom(names, options) {
  const world = createWorld(options);
  const users = names.map((name) => world.user(name));
  await world.until(Promise.all(users.map((user) => user.login("room"))));
  const states = users.map((user) => {
    const told = [];
    user.on("roomStateChanged", (_room, reason, code) => told.push(code ? [reason, code] : reason));
    return told;
  });
  return { world, users, states };
}

test("time stands still until it is let pass", async () => {
  const world = createWorld();
  const bob = world.user("bob");
  let isIn = false;
  const login = bob.login("room").then(() => {
    isIn = true;
  });
  await world.advance("119ms");
  assert.deepEqual([isIn, world.nowMs], [false, 119]);
  await world.advance(1);
  assert.deepEqual([isIn, world.nowMs], [true, 120]);
  await login;
});

test("what a listener calls happens at the moment it is told", async () => {
  const { world, users } = await inRoom(["alice", "bob"]);
  const [alice, bob] = users;
  let playedAt;
  bob.on("roomStreamUpdate", async (_room, _change, [{ streamID }]) => {
    const stream = await bob.startPlayingStream(streamID);
    assert.deepEqual(
      stream
        .getTracks()
        .map(({ kind }) => kind)
        .sort(),
      ["audio", "video"],
    );
    playedAt = world.nowMs;
  });
  alice.startPublishingStream("song", await world.camera());
  await world.advance("20min");
  assert.ok(playedAt < 1000, `${playedAt}`);
});

test("play_06 the stream stays the same object through a reconnect", async () => {
  const { world, users } = await inRoom(["alice", "bob"]);
  const [alice, bob] = users;
  alice.startPublishingStream("song", await world.camera());
  await world.advance("1s");
  const stream = await world.until(bob.startPlayingStream("song"));
  const tracks = stream.getTracks();
  const states = [];
  bob.on("playerStateUpdate", ({ state }) => states.push(state));
  world.cut("bob");
  await world.advance("30s");
  world.heal("bob");
  await world.until(() => states.at(-1) === "PLAYING");
  assert.equal(stream.getTracks().length, 2);
  assert.notEqual(stream.getTracks()[0], tracks[0]);
});

test("failures are the package's errors", async () => {
  const world = createWorld();
  const bob = world.user("bob");
  const login = bob.loginRoom("room", world.refusedToken(), { userID: "bob" });
  const error = await world.until(login).catch((reason) => reason);
  assert.ok(error instanceof Error);
  const { code, errorCode, msg, message, extendedData } = error;
  assert.deepEqual([code, errorCode, msg, extendedData], [1102016, 1102016, message, ""]);
  assert.throws(() => bob.startPublishingStream("song", {}), { code: 1100001 });
});

test("room_11 a kick carries the server's words", async () => {
  const { world, users, states } = await inRoom(["bob"]);
  let words;
  users[0].on("roomStateChanged", (_room, _reason, _code, extendedData) => {
    words = JSON.parse(extendedData).custom_kickout_message;
  });
  world.kick("bob", "bye");
  await world.advance("1s");
  assert.deepEqual(states[0], [["KICKOUT", 1002055]]);
  assert.equal(words, "bye");
});

test("room_12 a token runs out", async () => {
  const world = createWorld();
  const bob = world.user("bob");
  const told = [];
  bob.on("tokenWillExpire", () => told.push(world.nowMs));
  bob.on("roomStateChanged", (_room, reason, code) => told.push(`${reason} ${code}`));
  const token = world.token({ expiresIn: "5min" });
  await world.until(bob.loginRoom("room", token, { userID: "bob" }));
  await world.advance("6min");
  assert.deepEqual(told, ["LOGINING 0", "LOGINED 0", 270_020, "KICKOUT 1102018"]);
});

const OUTAGES = {
  cut: [(world) => world.cut("bob"), (world) => world.heal("bob")],
  blackhole: [(world) => world.blackhole("bob"), (world) => world.heal("bob")],
  sleep: [(world) => world.sleep("bob"), (world) => world.wake("bob")],
  "server away": [(world) => world.stopServer(), (world) => world.startServer()],
  "server restarted": [(world) => world.restartServer(), () => {}],
  "server drained": [(world) => world.drainServer(), (world) => world.restartServer()],
};

for (const [name, [begin, end]] of Object.entries(OUTAGES)) {
  test(`room_04 ${name}: out, and in again by itself`, async () => {
    const { world, users, states } = await inRoom(["bob"]);
    begin(world);
    await world.advance("20s");
    end(world);
    await world.advance("20s");
    const lost = states[0][0];
    assert.deepEqual([lost[0], states[0][1]], ["RECONNECTING", "RECONNECTED"]);
    assert.equal(states[0].length, 2);
    assert.deepEqual(world.members("room"), ["bob"]);
    users[0].destroyEngine();
  });
}

test("bey_01 retryUpdate and timeline go by the world's time", async () => {
  const { world, users } = await inRoom(["bob"]);
  const retries = [];
  users[0].on("retryUpdate", (update) => retries.push(update));
  world.cut("bob");
  await world.advance("5min");
  assert.ok(retries.length > 10);
  assert.ok(retries.every(({ windowMs }) => windowMs === 1_200_000));
  const entry = users[0].timeline().find(({ state }) => state === "RECONNECTING");
  assert.equal(entry.atMs, 120 + 350);
});

test("an app makes its own engine, with the world's address", async () => {
  const world = createWorld();
  const engine = new ExpressEngine(1, world.address("laptop"));
  const login = engine.loginRoom("room", "made by a server", { userID: "ada", userName: "Ada" });
  assert.equal(await world.until(login), true);
  assert.deepEqual(world.members("room"), ["ada"]);
  const stranger = new ExpressEngine(1, "https://rooms.example.com");
  await assert.rejects(stranger.loginRoom("room", "t", { userID: "bob" }), { code: 1100001 });
});

test("the app's faked timers go with the world's time", async () => {
  const due = [];
  let time = 0;
  const timers = {
    getTimerCount: () => due.length,
    advanceTimersByTime(ms) {
      time += ms;
      while (due[0] <= time) due.shift();
    },
  };
  const { world } = await inRoom(["bob"], { timers });
  due.push(60_000);
  await world.until(() => due.length === 0, "2min");
  assert.ok(world.nowMs >= 60_000 && world.nowMs < 60_000 + 1000, `${world.nowMs}`);
  assert.equal(time, world.nowMs);
});

test("a faked queueMicrotask holds nothing up", async () => {
  const { queueMicrotask } = globalThis;
  globalThis.queueMicrotask = () => {};
  try {
    const { world, users } = await inRoom(["ada", "bob"]);
    assert.deepEqual(world.members("room"), ["ada", "bob"]);
    assert.equal(users.length, 2);
  } finally {
    globalThis.queueMicrotask = queueMicrotask;
  }
});

test("the same seed is the same world, another is another", async () => {
  const run = async (seed) => {
    const { world, users } = await inRoom(["bob"], { seed });
    const retries = [];
    users[0].on("retryUpdate", (update) => retries.push([world.nowMs, update.nextAttemptInMs]));
    world.cut("bob");
    await world.advance("2min");
    world.heal("bob");
    world.stopServer();
    await world.advance("2min");
    return retries;
  };
  assert.deepEqual(await run(5), await run(5));
  assert.notDeepEqual(await run(5), await run(6));
});

test("worlds do not wait for each other", async () => {
  const worlds = [1, 2, 3].map((seed) => createWorld({ seed }));
  await Promise.all(worlds.map((world) => world.until(world.user("bob").login("room"))));
  assert.deepEqual(
    worlds.map((world) => world.nowMs),
    [120, 120, 120],
  );
});

test("misuse is told", async () => {
  const world = createWorld();
  world.user("bob");
  assert.throws(() => world.cut("nobody"), /there is no device "nobody"/);
  await assert.rejects(async () => world.advance("soon"), TypeError);
  await assert.rejects(async () => world.advance(-1), TypeError);
  const first = world.advance("1s");
  await assert.rejects(world.advance("1s"), /time passes already/);
  await first;
  await assert.rejects(world.until(new Promise(() => {}), "10s"), /not happen within 10s/);
  assert.throws(() => createWorld({ graceMs: "long" }), TypeError);
});

test("a listener that throws is an uncaught error and disturbs nobody else", async (t) => {
  const { world, users } = await inRoom(["bob"]);
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  t.after(() => delete globalThis.reportError);
  users[0].on("roomStateChanged", () => {
    throw new Error("the app's");
  });
  let isTold = false;
  users[0].on("roomStateChanged", () => {
    isTold = true;
  });
  world.cut("bob");
  await world.advance("1s");
  assert.deepEqual([reported, isTold], [["the app's"], true]);
});

test("quality is told every 3 s of the world's time", async () => {
  const { world, users } = await inRoom(["alice", "bob"]);
  const [alice, bob] = users;
  alice.startPublishingStream("song", await world.camera());
  await world.advance("1s");
  await world.until(bob.startPlayingStream("song"));
  const told = [];
  bob.on("playQualityUpdate", (streamID) => told.push([streamID, world.nowMs]));
  await world.advance("10s");
  const spans = told.slice(1).map(([, at], place) => at - told[place][1]);
  assert.deepEqual([told[0][0], spans], ["song", [3000, 3000]]);
});
