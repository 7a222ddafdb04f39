// What the timeline makes of the events, without a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Record } from "../../www/timeline/record.js";

/** A record of these events, one second apart from 1 s on. */
function recordOf(...events) {
  const record = new Record();
  events.forEach(([event, ...args], place) => {
    record.add(event, args, 1_000 * (place + 1));
  });
  return record;
}

const room = (state, code = 0) => ["roomStateChanged", "lobby", state, code];
const user = (change, ...userIDs) => [
  "roomUserUpdate",
  "lobby",
  change,
  userIDs.map((userID) => ({ userID, userName: "" })),
];
const player = (state, errorCode = 0, streamID = "ada") => [
  "playerStateUpdate",
  { streamID, state, errorCode },
];
const retry = (layer, id, more = {}) => [
  "retryUpdate",
  {
    layer,
    id,
    cause: "remote",
    attempt: 2,
    nextAttemptInMs: 500,
    elapsedMs: 1_000,
    windowMs: 60_000,
    ...more,
  },
];
const bars = (record, key) => record.lanes.find((lane) => lane.key === key).bars;
const states = (record, key) => bars(record, key).map(({ state }) => state);

test("each layer has a lane, in the order link, room, publisher, players", () => {
  const record = recordOf(
    player("PLAYING"),
    ["publisherStateUpdate", { streamID: "me", state: "PUBLISHING", errorCode: 0 }],
    room("LOGINED"),
  );
  const keys = record.lanes.map(({ key }) => key);
  assert.deepEqual(keys, ["link", "room", "publish me", "play ada"]);
  assert.deepEqual(
    record.lanes.map(({ label }) => label),
    ["Link", "Room", "Publisher me", "Player ada"],
  );
});

test("a bar ends where the next begins, and only another state or code makes a next one", () => {
  const record = recordOf(
    player("PLAY_REQUESTING"),
    player("PLAY_REQUESTING"),
    player("PLAY_REQUESTING", 1004020),
    player("PLAYING"),
  );
  const [first, second, last] = bars(record, "play ada");
  assert.deepEqual([first.fromMs, first.toMs, first.tone], [1_000, 3_000, "busy"]);
  assert.deepEqual([second.fromMs, second.toMs, second.tone], [3_000, 4_000, "warn"]);
  assert.deepEqual([last.fromMs, last.toMs, last.tone], [4_000, null, "good"]);
});

test("the link dials, waits and is up again while the room reconnects", () => {
  const record = recordOf(
    room("LOGINING"),
    room("LOGINED"),
    room("RECONNECTING", 1002055),
    retry("room", "lobby"),
    retry("room", "lobby", { nextAttemptInMs: 0 }),
    room("RECONNECTED"),
    retry("room", "lobby", { nextAttemptInMs: 0 }), // a second link beside one that is up
  );
  assert.deepEqual(states(record, "link"), ["DIALLING", "UP", "DOWN", "WAITING", "DIALLING", "UP"]);
  assert.deepEqual(states(record, "room"), ["LOGINING", "LOGINED", "RECONNECTING", "RECONNECTED"]);
  const { ticks } = record.lanes[0];
  assert.deepEqual(
    ticks.map(({ atMs, nextAttemptInMs }) => [atMs, nextAttemptInMs]),
    [
      [4_000, 500],
      [5_000, 0],
      [7_000, 0],
    ],
  );
});

test("an outage has its try, its window and its end; a layer that is well has none", () => {
  const record = recordOf(
    player("PLAYING"),
    player("PLAY_REQUESTING", 1004020),
    retry("play", "ada"),
  );
  const [outage] = record.outages();
  assert.deepEqual(outage, {
    layer: "play",
    id: "ada",
    label: "Player ada",
    cause: "remote",
    attempt: 2,
    startedMs: 2_000,
    nextAtMs: 3_500,
    windowEndsMs: 62_000,
  });
  record.add("playerStateUpdate", player("PLAYING").slice(1), 4_000);
  assert.deepEqual(record.outages(), []);
});

for (const state of ["RECONNECT_FAILED", "KICKOUT", "LOGOUT"]) {
  test(`nothing is tried, and no deadline nears, after ${state}`, () => {
    const record = recordOf(
      room("LOGINED"),
      room("RECONNECTING", 1002055),
      retry("room", "lobby"),
      room(state),
    );
    assert.deepEqual([record.outages(), record.deadlines()], [[], []]);
  });
}

test("the grace and each window near while a layer is lost; without retry there is no window", () => {
  const record = recordOf(
    room("LOGINED"),
    room("RECONNECTING", 1002055),
    retry("room", "lobby"),
    player("PLAY_REQUESTING", 1004020),
    retry("play", "ada", { windowMs: 0 }),
  );
  assert.deepEqual(record.deadlines(), [
    { name: "Room window ends", atMs: 62_000 },
    { name: "Grace ends", atMs: 92_000 },
  ]);
  record.add("roomStateChanged", room("RECONNECTED").slice(1), 6_000);
  assert.deepEqual(record.deadlines(), []);
});

test("the grace is the one that the server keeps", () => {
  const record = new Record();
  record.graceMs = 10_000;
  record.add("roomStateChanged", room("RECONNECTING", 1002055).slice(1), 1_000);
  assert.deepEqual(record.deadlines(), [{ name: "Grace ends", atMs: 11_000 }]);
});

test("a reconnect is marked T0 to T6", () => {
  const record = recordOf(
    room("LOGINING"),
    room("LOGINED"),
    user("ADD", "bo"),
    room("RECONNECTING", 1002055),
    user("DELETE", "bo"),
    room("RECONNECTED"),
    user("ADD", "bo"),
    user("ADD", "bo"), // known already: no T2 again
  );
  assert.deepEqual(
    record.marks.map(({ name, atMs }) => `${name} ${atMs}`),
    ["T0 1000", "T1 2000", "T2 3000", "T3 4000", "T4 5000", "T5 6000", "T6 7000"],
  );
  assert.match(record.marks.at(-1).text, /^bo is in the room again$/);
});

test("who is met in another room is new again", () => {
  const record = recordOf(user("ADD", "bo"), room("LOGOUT"), user("ADD", "bo"));
  assert.deepEqual(
    record.marks.map(({ name }) => name),
    ["T2", "T2"],
  );
});

test("it keeps the last 2000 events and 200 marks, and of 13 lanes drops one that has ended", () => {
  const record = new Record();
  for (let place = 0; place < 2_001; place += 1) {
    record.add("roomStateChanged", room("LOGINING").slice(1), place);
  }
  assert.deepEqual([record.entries.length, record.entries[0].atMs], [2_000, 1]);
  assert.equal(record.marks.length, 200);
  const lanes = record.lanes.length;
  for (let place = 0; lanes + place < 12; place += 1) {
    const state = place === 3 ? "NO_PLAY" : "PLAYING";
    record.add("playerStateUpdate", player(state, 0, `stream-${place}`).slice(1), 3_000);
  }
  record.add("playerStateUpdate", player("PLAYING", 0, "one-more").slice(1), 3_000);
  const keys = record.lanes.map(({ key }) => key);
  assert.equal(keys.length, 12);
  assert.ok(keys.includes("play one-more") && !keys.includes("play stream-3"), keys.join());
});

test("as JSON it says whose clock its times are of", () => {
  const json = JSON.parse(JSON.stringify(recordOf(room("LOGINING"))));
  assert.equal(json.clock, "performance.now()");
  assert.deepEqual(json.entries, [
    { atMs: 1_000, event: "roomStateChanged", args: ["lobby", "LOGINING", 0] },
  ]);
});
