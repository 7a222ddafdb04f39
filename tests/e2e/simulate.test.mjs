// Faults on demand (BEY-08), on the real server: each gives the states that the real fault gives, and
// all comes back by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage({ entry: "dev.js" });

/** Jitter of up to 8 s between tries, and 8 s for a media session. */
const RECOVERY_MS = 40_000;
const FAULTS = [
  "link-drop",
  "link-blackhole",
  "link-refused",
  "media-loss",
  "node-down",
  "offline",
  "sleep",
];

test("bey_08 link-drop: the room reconnects, and media goes on", async () => {
  const { ada, bo } = await stage.playing();
  const since = ada.mark();
  await ada.call("simulate", "link-drop");
  await ada.untilRoom("RECONNECTED", { since, deadline_ms: RECOVERY_MS });
  assert.deepEqual(rooms(ada, since), ["RECONNECTING", "RECONNECTED"]);
  assert.deepEqual(ada.told("publisherStateUpdate", since), []);
  assert.deepEqual(faults(await timeline(ada)), ["link-drop BEGUN", "link-drop OVER"]);
  await assertUnharmed(ada, bo);
});

test("bey_08 link-refused: every try fails until it is over", async () => {
  const [ada] = await stage.clientsIn(stage.name("room"), "ada");
  const since = ada.mark();
  const { sockets } = ada.traffic;
  const isFirst = ({ layer, attempt }) => layer === "room" && attempt === 1;
  const isLater = ({ layer, attempt }) => layer === "room" && attempt > 1;
  await cause(ada, "link-refused", 5000);
  await ada.until("retryUpdate", isFirst, { since });
  await ada.until("retryUpdate", isLater, { since });
  assert.equal(ada.traffic.sockets, sockets, "no socket was opened");
  await over(ada);
  await ada.untilRoom("RECONNECTED", { since, deadline_ms: RECOVERY_MS });
  assertOrder(await timeline(ada), [
    "fault link-refused BEGUN",
    "room RECONNECTING",
    "fault link-refused OVER",
    "room RECONNECTED",
  ]);
  await assertUnharmed(ada);
});

test("bey_08 link-blackhole: the silence is noticed, and nothing sent meanwhile is lost", async () => {
  const room = stage.name("room");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  const since = ada.mark();
  await cause(ada, "link-blackhole", 8000);
  await bo.call("sendBroadcastMessage", room, "in the dark");
  const sent = ada.page.evaluate(
    (room) => globalThis.engine.sendBroadcastMessage(room, "from the dark"),
    room,
  );
  await ada.untilRoom("RECONNECTING", { since });
  assert.deepEqual(ada.told("IMRecvBroadcastMessage", since), []);
  await over(ada);
  await ada.untilRoom("RECONNECTED", { since, deadline_ms: RECOVERY_MS });
  await sent;
  await bo.until("IMRecvBroadcastMessage", (_room, [{ message }]) => message === "from the dark");
  assertOrder(await timeline(ada), [
    "fault link-blackhole BEGUN",
    "room RECONNECTING",
    "fault link-blackhole OVER",
    "room RECONNECTED",
  ]);
  assert.deepEqual(messages(ada, since), ["in the dark"]);
  assert.deepEqual(messages(bo), ["from the dark"]);
  await assertUnharmed(ada, bo);
});

test("bey_08 link-blackhole: a short one only delays what is sent", async () => {
  const room = stage.name("room");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  const since = ada.mark();
  await cause(ada, "link-blackhole", 500);
  await bo.call("sendBroadcastMessage", room, "late");
  await ada.call("sendBroadcastMessage", room, "late too");
  for (const client of [ada, bo]) await client.until("IMRecvBroadcastMessage", () => true);
  assert.deepEqual([messages(ada), messages(bo)], [["late"], ["late too"]]);
  assert.deepEqual(rooms(ada, since), []);
  await assertUnharmed(ada, bo);
});

test("bey_08 media-loss: publisher and player are lost and come back, and the room stays", async () => {
  await assertMediaIsLost("media-loss", 12_000);
});

test("bey_08 node-down: sessions fail, and come back from a node that is back in time", async () => {
  await assertMediaIsLost("node-down", 1);
});

test("bey_08 node-down: three rounds without a node are the end, as in PUB-05", async () => {
  const { id, ada, bo } = await stage.playing();
  const own = stage.name("stream");
  await bo.publish(own);
  await bo.untilPublisher("PUBLISHING", own);
  const since = bo.mark();
  await cause(bo, "node-down", 12_000);
  const { args } = await bo.untilPublisher("NO_PUBLISH", own, { since });
  assert.equal(args[0].errorCode, 1103021);
  await bo.untilPlayer("NO_PLAY", id, { since });
  await over(bo);
  const later = bo.mark();
  await bo.publish(own);
  await bo.untilPublisher("PUBLISHING", own, { since: later, deadline_ms: RECOVERY_MS });
  await bo.play(id);
  await assertPlays(bo.page);
  await assertUnharmed(ada, bo);
});

test("bey_08 offline: nothing is tried until the network is back", async () => {
  const { id, ada, bo } = await stage.playing();
  const since = bo.mark();
  await cause(bo, "offline", 8000);
  await bo.untilRoom("RECONNECTING", { since });
  await bo.untilPlayer("PLAY_REQUESTING", id, { since });
  assert.ok(bo.told("retryUpdate", since).some(([{ cause }]) => cause === "offline"));
  assert.equal(await bo.page.evaluate(() => navigator.onLine), true, "the page is left alone");
  await over(bo);
  const options = { since, deadline_ms: RECOVERY_MS };
  await bo.untilRoom("RECONNECTED", options);
  await bo.untilPlayer("PLAYING", id, options);
  const told = await timeline(bo);
  for (const [lost, back] of [
    ["room RECONNECTING", "room RECONNECTED"],
    ["play PLAY_REQUESTING", "play PLAYING"],
  ]) {
    assertOrder(told, ["fault offline BEGUN", lost, "fault offline OVER", back]);
  }
  await assertPlays(bo.page);
  await assertUnharmed(ada, bo);
});

test("bey_08 sleep: nothing is told and nothing done until it is over", async () => {
  const room = stage.name("room");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await cause(ada, "sleep", 4000);
  const { frames } = ada.traffic;
  await bo.call("sendBroadcastMessage", room, "are you there?");
  const sent = ada.page.evaluate(
    (room) => globalThis.engine.sendBroadcastMessage(room, "no"),
    room,
  );
  await ada.settle();
  await over(ada);
  const told = await timeline(ada);
  const begun = told.indexOf("fault sleep BEGUN");
  assert.deepEqual(told.slice(begun, begun + 2), ["fault sleep BEGUN", "fault sleep OVER"]);
  await sent;
  for (const client of [ada, bo]) await client.until("IMRecvBroadcastMessage", () => true);
  assert.deepEqual([messages(ada), messages(bo)], [["are you there?"], ["no"]]);
  assert.ok(ada.traffic.frames > frames);
  await assertUnharmed(ada, bo);
});

test("bey_08 several faults at once end one by one", async () => {
  const { id, ada, bo } = await stage.playing();
  const since = bo.mark();
  await cause(bo, "link-refused", 8000);
  await bo.page.evaluate(() => {
    globalThis.others = [
      globalThis.engine.simulate("node-down", { ms: 3000 }),
      globalThis.engine.simulate("link-drop"),
    ];
  });
  await bo.untilPlayer("PLAY_REQUESTING", id, { since });
  const options = { since, deadline_ms: RECOVERY_MS };
  await bo.untilRoom("RECONNECTED", options);
  await bo.untilPlayer("PLAYING", id, options);
  await over(bo);
  await bo.page.evaluate(() => Promise.all(globalThis.others));
  assert.deepEqual(faults(await timeline(bo)), [
    "link-refused BEGUN",
    "node-down BEGUN",
    "link-drop BEGUN",
    "link-drop OVER",
    "node-down OVER",
    "link-refused OVER",
  ]);
  await assertPlays(bo.page);
  await assertUnharmed(ada, bo);
});

test("bey_08 what is no fault, or lasts no time, is refused and changes nothing", async () => {
  const ada = await stage.client("ada");
  const bad = [
    [],
    ["rain"],
    [""],
    [5],
    [null],
    [{}],
    ["Trace"],
    ["sleep", 5],
    ["sleep", null],
    ["sleep", { ms: "5" }],
    ["sleep", { ms: null }],
    ["sleep", { ms: -1 }],
    ["sleep", { ms: 1_800_001 }],
  ];
  for (const args of bad) {
    const { error } = await ada.attempt("simulate", ...args);
    assert.equal(error?.code, 1100001, JSON.stringify(args));
    assert.equal(error.how, "rejected");
  }
  const { error } = await ada.attempt("simulate", "rain");
  for (const name of FAULTS) assert.ok(error.message.includes(`'${name}'`), error.message);
  const codes = await ada.page.evaluate(async () => {
    const refused = (promise) =>
      promise.then(
        () => 0,
        (error) => error.code ?? error.message,
      );
    const { engine } = globalThis;
    const throwing = {
      get ms() {
        throw new Error("mine");
      },
    };
    const first = await Promise.all([
      refused(engine.simulate("sleep", { ms: Number.NaN })),
      refused(engine.simulate("sleep", throwing)),
    ]);
    const many = Array.from({ length: 17 }, () => refused(engine.simulate("sleep", { ms: 1 })));
    return [...first, ...(await Promise.all(many)).slice(-2)];
  });
  assert.deepEqual(codes, [1100001, "mine", 0, 1100001]);
  await ada.call("destroyEngine");
  assert.equal((await ada.attempt("simulate", "sleep")).error.code, 1101000);
  assert.match(await ada.call("simulate", "trace"), /^\{"seed":/);
  assert.deepEqual(ada.pageErrors, []);
});

test("bey_08 an engine that is destroyed in each fault ends, and so does the fault", async () => {
  const room = stage.name("room");
  const [bo] = await stage.clientsIn(room, "bo");
  for (const fault of FAULTS) {
    const [ada] = await stage.clientsIn(room, `in-${fault}`);
    const id = stage.name("stream");
    await ada.publish(id);
    await ada.untilPublisher("PUBLISHING", id);
    await cause(ada, fault, 1000);
    await ada.call("destroyEngine");
    await over(ada);
    // Without a link nobody can be told; the server's grace ends it.
    if (fault !== "link-refused") await bo.untilUser("DELETE", ada.userID);
    await ada.settle();
    assert.deepEqual([ada.openSockets, ada.pageErrors], [0, []], fault);
    await ada.page.close();
  }
});

test("bey_08 a page whose own WebSocket causes faults harms no engine", async () => {
  const [ada] = await stage.clientsIn(stage.name("room"), "ada");
  const since = ada.mark();
  await ada.page.evaluate(() => {
    const Native = globalThis.WebSocket;
    let count = 0;
    globalThis.WebSocket = class extends Native {
      constructor(...args) {
        super(...args);
        if (count++ < 2) globalThis.engine.simulate("link-drop");
      }
      close(...args) {
        globalThis.engine.simulate("link-blackhole", { ms: 1 });
        super.close(...args);
      }
    };
  });
  await ada.call("simulate", "link-drop");
  await ada.untilRoom("RECONNECTED", { since, deadline_ms: RECOVERY_MS });
  await assertUnharmed(ada);
});

test("bey_08 only the entry for developers has it", async () => {
  const ada = await stage.client("ada");
  const found = await ada.page.evaluate(async () => {
    const { ExpressEngine, init } = await import("/sdk/index.js");
    await init();
    const released = new ExpressEngine(1, location.origin);
    return { released: typeof released.simulate, here: typeof globalThis.engine.simulate };
  });
  assert.deepEqual(found, { released: "undefined", here: "function" });
});

/** A publisher and a player each have the fault: both are lost, both come back, the room stays. */
async function assertMediaIsLost(fault, ms) {
  const { id, ada, bo } = await stage.playing();
  const since = { ada: ada.mark(), bo: bo.mark() };
  await Promise.all([cause(ada, fault, ms), cause(bo, fault, ms)]);
  await ada.untilPublisher("PUBLISH_REQUESTING", id, { since: since.ada });
  await bo.untilPlayer("PLAY_REQUESTING", id, { since: since.bo });
  await Promise.all([over(ada), over(bo)]);
  const deadline_ms = RECOVERY_MS;
  await ada.untilPublisher("PUBLISHING", id, { since: since.ada, deadline_ms });
  await bo.untilPlayer("PLAYING", id, { since: since.bo, deadline_ms });
  for (const [client, lost, back] of [
    [ada, "publish PUBLISH_REQUESTING", "publish PUBLISHING"],
    [bo, "play PLAY_REQUESTING", "play PLAYING"],
  ]) {
    const begun = `fault ${fault} BEGUN`;
    assertOrder(await timeline(client), [begun, lost, `fault ${fault} OVER`, back]);
    assert.deepEqual(rooms(client, since[client.userID]), []);
  }
  await assertPlays(bo.page);
  await assertUnharmed(ada, bo);
  return { ada, bo };
}

/** Begins a fault and does not wait for its end. */
function cause(client, fault, ms) {
  return client.page.evaluate(
    ([fault, ms]) => {
      globalThis.over = globalThis.engine.simulate(fault, { ms });
    },
    [fault, ms],
  );
}

/** Waits for its end. */
function over(client) {
  return client.page.evaluate(() => globalThis.over);
}

/** The timeline's states and faults, without its tries. */
async function timeline(client) {
  const entries = await client.call("timeline");
  return entries
    .filter(({ state }) => state)
    .map(({ layer, id, state }) =>
      (layer === "fault" ? [layer, id, state] : [layer, state]).join(" "),
    );
}

const faults = (told) =>
  told.filter((entry) => entry.startsWith("fault")).map((entry) => entry.slice("fault ".length));

const rooms = (client, since) => client.told("roomStateChanged", since).map(([, reason]) => reason);

const messages = (client, since = 0) =>
  client
    .told("IMRecvBroadcastMessage", since)
    .flatMap(([, list]) => list.map((one) => one.message));

/** The entries are there in this order, from the first one on; others may be between them. */
function assertOrder(told, entries) {
  let at = told.indexOf(entries[0]);
  for (const entry of entries) {
    at = told.indexOf(entry, at);
    assert.ok(at >= 0, `no ${entry} in its place: ${told.join(", ")}`);
  }
}

/** Nothing in the pages went wrong, and the engines still talk to the server. */
async function assertUnharmed(...clients) {
  for (const client of clients) {
    await client.settle();
    assert.deepEqual(client.pageErrors, [], client.userID);
    await client.call("setRoomExtraInfo", await room(client), client.userID, "here");
  }
}

const room = async (client) => client.told("roomStateChanged").at(-1)[0];
