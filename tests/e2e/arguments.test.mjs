// Bad arguments: an Error with code and message, and nothing sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

const BAD = 1100001;
const NOT_IN_ROOM = 1002002;
const ADA = { userID: "ada" };
const LOCAL = { $: "local" };

/** Before a login: `[method, arguments, code]`. */
const LOGGED_OUT = [
  ["loginRoom", [], BAD],
  ["loginRoom", [5, "token", ADA], BAD],
  ["loginRoom", ["", "token", ADA], 1002011],
  ["loginRoom", ["a room", "token", ADA], 1002012],
  ["loginRoom", ["r".repeat(129), "token", ADA], 1002013],
  ["loginRoom", ["room", undefined, ADA], BAD],
  ["loginRoom", ["room", "token"], BAD],
  ["loginRoom", ["room", "token", "ada"], BAD],
  ["loginRoom", ["room", "token", {}], BAD],
  ["loginRoom", ["room", "token", { userID: 7 }], BAD],
  ["loginRoom", ["room", "token", { userID: "" }], 1002005],
  ["loginRoom", ["room", "token", { userID: "ädå" }], 1002006],
  ["loginRoom", ["room", "token", { userID: "u".repeat(65) }], 1002007],
  ["loginRoom", ["room", "token", { userID: "ada", userName: "n".repeat(257) }], 1002010],
  ["loginRoom", ["room", "token", { userID: "ada", userName: 1 }], BAD],
  ["loginRoom", ["room", "token", ADA, { maxMemberCount: "ten" }], BAD],
  ["loginRoom", ["room", "", ADA], 1102016],
  ["loginRoom", ["room", "t".repeat(4097), ADA], 1102016],
  ["enableMultiRoom", [], BAD],
  ["enableMultiRoom", ["yes"], BAD],
  ["switchRoom", [], BAD],
  ["switchRoom", ["room", "elsewhere", { token: "token" }], NOT_IN_ROOM],
  ["renewToken", [], BAD],
  ["renewToken", ["token"], NOT_IN_ROOM],
  ["renewToken", ["token", "room"], NOT_IN_ROOM],
  ["sendBroadcastMessage", ["room", "hello"], NOT_IN_ROOM],
  ["sendBarrageMessage", ["room", "hello"], NOT_IN_ROOM],
  ["sendCustomCommand", ["room", "mute", []], NOT_IN_ROOM],
  ["setRoomExtraInfo", ["room", "key", "value"], NOT_IN_ROOM],
  ["setStreamExtraInfo", ["stream", "extra"], NOT_IN_ROOM],
  ["logoutRoom", [5], BAD],
  ["logoutRoom", ["elsewhere"], NOT_IN_ROOM],
  ["startPlayingStream", ["stream"], 1000002],
  ["setEngineConfig", [], BAD],
  ["setEngineConfig", [5], BAD],
  ["setEngineConfig", ["room_retry_time=soon"], BAD],
  ["setEngineConfig", ["room_retry_times=5"], BAD],
  ["setEngineConfig", [{ roomRetryTime: -1 }], BAD],
  ["setEngineConfig", [{ roomRetryTime: "600" }], BAD],
  ["setEngineConfig", [{ streamRetryTime: Number.NaN }], BAD],
  ["createStream", [5], BAD],
  ["createStream", [{ camera: "front" }], BAD],
  ["createStream", [{ camera: false }], BAD],
  ["createStream", [{ screen: false }], BAD],
  ["createStream", [{ camera: { videoQuality: 9 } }], BAD],
  ["createStream", [{ custom: {} }], BAD],
  ["createStream", [{ custom: { source: "stream" } }], BAD],
  ["destroyStream", [], BAD],
  ["destroyStream", ["stream"], BAD],
];

/** In a room. */
const LOGGED_IN = [
  ["loginRoom", ["room", "token", ADA], 1002058],
  ["loginRoom", ["elsewhere", "token", ADA], 1002001],
  ["logoutRoom", ["elsewhere"], NOT_IN_ROOM],
  ["switchRoom", [], BAD],
  ["switchRoom", [5, "other", { token: "token" }], BAD],
  ["switchRoom", ["room"], BAD],
  ["switchRoom", ["room", "other"], BAD],
  ["switchRoom", ["room", "other", {}], BAD],
  ["switchRoom", ["room", "other", { token: 5 }], BAD],
  ["switchRoom", ["room", "other", { token: "" }], 1102016],
  ["switchRoom", ["room", "other", { token: "token", maxMemberCount: "ten" }], BAD],
  ["switchRoom", ["room", "", { token: "token" }], 1002011],
  ["switchRoom", ["room", "an other", { token: "token" }], 1002012],
  ["switchRoom", ["room", "room", { token: "token" }], 1002058],
  ["switchRoom", ["elsewhere", "other", { token: "token" }], NOT_IN_ROOM],
  ["renewToken", [], BAD],
  ["renewToken", [5], BAD],
  ["renewToken", ["token", 5], BAD],
  ["renewToken", ["token", "elsewhere"], NOT_IN_ROOM],
  ["sendBroadcastMessage", [], BAD],
  ["sendBroadcastMessage", ["room"], BAD],
  ["sendBroadcastMessage", [5, "hello"], BAD],
  ["sendBroadcastMessage", ["room", { text: "hello" }], BAD],
  ["sendBroadcastMessage", ["room", ""], 1009001],
  ["sendBroadcastMessage", ["room", "x".repeat(1025)], 1009002],
  ["sendBroadcastMessage", ["elsewhere", "hello"], NOT_IN_ROOM],
  ["sendBarrageMessage", ["room"], BAD],
  ["sendBarrageMessage", [undefined, "hello"], BAD],
  ["sendBarrageMessage", ["room", ""], 1009001],
  ["sendBarrageMessage", ["room", "ä".repeat(513)], 1009002],
  ["sendBarrageMessage", ["elsewhere", "hello"], NOT_IN_ROOM],
  ["sendCustomCommand", ["room"], BAD],
  ["sendCustomCommand", ["room", "mute"], BAD],
  ["sendCustomCommand", ["room", "mute", "bo"], BAD],
  ["sendCustomCommand", ["room", "mute", [5]], BAD],
  ["sendCustomCommand", ["room", "mute", [{ userID: "bo" }]], BAD],
  ["sendCustomCommand", ["room", "mute", [""]], 1002005],
  ["sendCustomCommand", ["room", "mute", Array(101).fill("bo")], BAD],
  ["sendCustomCommand", ["room", "mute", Array(200_000).fill("bo")], BAD],
  ["sendCustomCommand", ["room", "", ["bo"]], 1009001],
  ["sendCustomCommand", ["elsewhere", "mute", ["bo"]], NOT_IN_ROOM],
  ["setRoomExtraInfo", ["room", "key"], BAD],
  ["setRoomExtraInfo", ["room", 5, "value"], BAD],
  ["setRoomExtraInfo", ["room", "", "value"], 1002014],
  ["setRoomExtraInfo", ["room", "k".repeat(129), "value"], 1002015],
  ["setRoomExtraInfo", ["room", "key", "v".repeat(129)], 1002016],
  ["setRoomExtraInfo", ["elsewhere", "key", "value"], NOT_IN_ROOM],
  ["setStreamExtraInfo", [], BAD],
  ["setStreamExtraInfo", ["stream"], BAD],
  ["setStreamExtraInfo", ["a/b", "extra"], 1000016],
  ["setStreamExtraInfo", ["stream", "x".repeat(1025)], 1003051],
  ["setStreamExtraInfo", ["stream", "extra"], 1104039],
  ["startPublishingStream", [], BAD],
  ["startPublishingStream", [5, LOCAL], BAD],
  ["startPublishingStream", ["", LOCAL], 1000015],
  ["startPublishingStream", ["a/b", LOCAL], 1000016],
  ["startPublishingStream", ["a:b", LOCAL], 1000016],
  ["startPublishingStream", ["..", LOCAL], 1000016],
  ["startPublishingStream", ["s".repeat(257), LOCAL], 1000014],
  ["startPublishingStream", ["stream"], BAD],
  ["startPublishingStream", ["stream", {}], BAD],
  ["startPublishingStream", ["stream", { $: "trackless" }], 1103047],
  ["startPublishingStream", ["stream", LOCAL, { videoCodec: "H265" }], BAD],
  ["startPublishingStream", ["stream", LOCAL, { extraInfo: 5 }], BAD],
  ["startPublishingStream", ["stream", LOCAL, { roomID: 5 }], BAD],
  ["startPublishingStream", ["stream", LOCAL, { extraInfo: "x".repeat(1025) }], 1003051],
  ["stopPublishingStream", [], BAD],
  ["stopPublishingStream", [""], 1000015],
  ["startPlayingStream", [], BAD],
  ["startPlayingStream", [{}], BAD],
  ["startPlayingStream", [""], 1000015],
  ["startPlayingStream", ["a b"], 1000016],
  ["startPlayingStream", ["stream", { roomID: 5 }], BAD],
  ["startPlayingStream", ["stream", { roomID: "elsewhere" }], NOT_IN_ROOM],
  ["stopPlayingStream", [7], BAD],
  ["stopPlayingStream", [""], 1000015],
  ["setEngineConfig", ["room_retry_time=600"], null],
];

test("room_16 bad arguments before a login", async () => {
  const client = await stage.client("ada");
  await keepStreams(client);
  await assertRefused(client, LOGGED_OUT);
  assert.equal(await client.call("startPublishingStream", "stream", LOCAL), false);
  // The bad arguments left no trace: the engine logs in as if new.
  assert.equal(await client.login(stage.name("room")), true);
  assert.equal(client.traffic.sockets, 1, "this login's socket is the only one");
});

test("room_16 bad arguments in a room", async () => {
  const [client] = await stage.clientsIn("room", "ada");
  await client.untilRoom("LOGINED");
  await keepStreams(client);
  await assertRefused(client, LOGGED_IN);
  for (const token of ["", "t".repeat(4097)]) {
    assert.equal(await client.call("renewToken", token), false);
  }
  assert.equal(client.told("roomStateChanged").at(-1)[1], "LOGINED", "the room goes on");
});

test("a constructor with bad arguments throws an Error with a code", async () => {
  const client = await stage.client("ada");
  const errors = await client.page.evaluate(
    (cases) => {
      return cases.map((values) => {
        try {
          new globalThis.sdk.ExpressEngine(...values);
          return { values };
        } catch (error) {
          const { code, message } = error;
          return { values, isError: error instanceof Error, code, message };
        }
      });
    },
    [
      [],
      [1],
      ["one", "http://localhost"],
      [1, 5],
      [1, ""],
      [1, "not a url"],
      [1, "ftp://localhost"],
      [1.5, "http://localhost"],
      [-1, "http://localhost"],
    ],
  );
  for (const { values, isError, code, message } of errors) {
    const what = `${JSON.stringify(values)}: ${code} ${message}`;
    assert.ok(isError, what);
    assert.equal(typeof code, "number", what);
    assert.ok(message.length > 0, what);
  }
  assert.equal(errors[0].code, 1001004, "the appID is looked at first");
});

test("a list of users that throws when it is looked at rejects", async () => {
  const client = await stage.client("ada");
  const outcomes = await client.page.evaluate(() => {
    const { proxy: revoked, revoke } = Proxy.revocable([], {});
    revoke();
    const throws = () => {
      throw new Error("not to be looked at");
    };
    const holed = ["a"];
    holed[2] = "b";
    const lists = [revoked, new Proxy([], { get: throws }), holed];
    const sent = lists.map((list) => globalThis.engine.sendCustomCommand("room", "c", list));
    return Promise.all(
      sent.map((one) =>
        one.then(
          () => "sent",
          ({ message }) => message,
        ),
      ),
    );
  });
  assert.match(outcomes[0], /revoked/);
  assert.equal(outcomes[1], "not to be looked at");
  assert.match(outcomes[2], /toUserIDs/, "a hole is no user");
});

test("the API's methods can be walked", async () => {
  const client = await stage.client("ada");
  const names = await client.page.evaluate(() => {
    const names = [];
    for (const name in globalThis.engine) names.push(name);
    return names;
  });
  for (const name of ["loginRoom", "on", "timeline", "createStream"]) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(!names.includes("constructor"));
});

test("on, off and once say what they did", async () => {
  const client = await stage.client("ada");
  const answers = await client.page.evaluate(() => {
    const { engine } = globalThis;
    const listener = () => {};
    return [
      engine.on("roomStateChanged", listener),
      engine.on("roomStateChanged", listener), // listens already
      engine.once("roomStateChanged", () => {}),
      engine.off("roomStateChanged", listener),
      engine.off("roomStateChanged", listener), // gone already
      engine.off("roomStateChanged"), // the harness's and the one above
      engine.off("roomStateChanged"),
      engine.on("noSuchEvent", listener),
      engine.once("noSuchEvent", listener),
      engine.off("noSuchEvent"),
      engine.on("roomStateChanged", "listener"),
      engine.on("roomStateChanged"),
      engine.on(),
    ];
  });
  const added = [true, false, true];
  const removed = [true, false, true, false];
  const unknown = Array(6).fill(false);
  assert.deepEqual(answers, [...added, ...removed, ...unknown]);
});

async function keepStreams(client) {
  await client.page.evaluate(async () => {
    globalThis.local = await globalThis.engine.createStream({ camera: {} });
    globalThis.trackless = new MediaStream();
  });
}

async function assertRefused(client, cases) {
  await client.settle();
  const traffic = { ...client.traffic };
  const since = client.mark();
  const wrong = [];
  for (const [method, args, code] of cases) {
    const { value, error } = await client.attempt(method, ...args);
    const isRight = error?.isError && error.message && errorCodeFits(error, code);
    if (!isRight)
      wrong.push(
        `${method}(${JSON.stringify(args)?.slice(1, 90)}): wanted ${code ?? "a code"}, got ${JSON.stringify(error ?? { value })}`,
      );
  }
  await client.settle();
  assert.deepEqual(wrong, []);
  assert.deepEqual(client.traffic, traffic, "nothing may be sent");
  assert.deepEqual(client.events.slice(since), [], "nothing may be told");
}

function errorCodeFits(error, code) {
  if (typeof error.code !== "number" || error.errorCode !== error.code) return false;
  return code === null || error.code === code;
}
