// What clients have been told since a mark, in the terms of the rules.

import assert from "node:assert/strict";

/** A link that was lost and found again. */
export const BACK = ["RECONNECTING 1000017", "RECONNECTED 0"];

/** Asserts all changes of the room's state, in order: `"RECONNECTING 1000017"`. */
export function assertRoomStates(client, since, expected) {
  const told = client.told("roomStateChanged", since);
  assert.deepEqual(
    told.map(([_room, reason, code]) => `${reason} ${code}`),
    expected,
    client.userID,
  );
}

/** Asserts that nothing was told of users and streams, nor of the client's own link. */
export function assertUntold(client, since) {
  for (const name of ["roomUserUpdate", "roomStreamUpdate", "roomStateChanged"]) {
    assert.deepEqual(client.told(name, since), [], `${client.userID}: ${name}`);
  }
}

/** Asserts which users came and went, in order: `"DELETE ada"`. */
export function assertUsers(client, since, expected) {
  assert.deepEqual(users(client, since), expected, client.userID);
}

/** Which users came and went, in order. */
export function users(client, since) {
  const told = client.told("roomUserUpdate", since);
  return told.flatMap(([_room, change, list]) => list.map(({ userID }) => `${change} ${userID}`));
}

/** Asserts which streams came and went, in order, and why: `"DELETE cam 2"`, `"ADD cam"`. */
export function assertStreams(client, since, expected) {
  const told = client.told("roomStreamUpdate", since).flatMap(([_room, change, streams, data]) => {
    const reasons = data ? (JSON.parse(data).stream_delete_reason ?? []) : [];
    return streams.map(({ streamID }) => {
      const reason = reasons.find(({ stream_id }) => stream_id === streamID);
      return [change, streamID, reason?.code].filter((part) => part !== undefined).join(" ");
    });
  });
  assert.deepEqual(told, expected, client.userID);
}

/**
 * Asserts the states of all the client's publishers (`"publisher"`) or players (`"player"`), in
 * order; a state told twice for two reasons counts once.
 */
export function assertMediaStates(client, since, layer, expected) {
  const told = client.told(`${layer}StateUpdate`, since).map(([update]) => update);
  const states = told.map(({ state }) => state);
  const changes = states.filter((state, i) => state !== states[i - 1]);
  assert.deepEqual(changes, expected, `${client.userID}: ${JSON.stringify(told)}`);
  for (const { state, errorCode } of told) {
    assert.equal(errorCode === 0, /ING$/.test(state) && !/_/.test(state), JSON.stringify(told));
  }
}

const LOST_AND_BACK = {
  publisher: ["PUBLISH_REQUESTING", "PUBLISHING"],
  player: ["PLAY_REQUESTING", "PLAYING"],
};

/**
 * Asserts that media was lost and came back when the server has forgotten the session. Media that
 * is back before the room's link is told at once (PUB-02), and is requested anew once the link finds
 * that everything was forgotten. So it may be told twice.
 */
export function assertMediaBackAnew(client, since, layer) {
  const once = LOST_AND_BACK[layer];
  const isBack = ([{ state }]) => state === once[1];
  const times = client.told(`${layer}StateUpdate`, since).filter(isBack).length;
  assertMediaStates(client, since, layer, times > 1 ? [...once, ...once] : once);
}

/** Asserts that nothing was told of media. */
export function assertMediaUntold(client, since) {
  for (const layer of ["publisher", "player"]) assertMediaStates(client, since, layer, []);
}

/** Asserts the broadcasts that came, in order. */
export function assertMessages(client, since, expected) {
  assert.deepEqual(messages(client, since), expected, client.userID);
}

/** The broadcasts that came, in order. */
export function messages(client, since) {
  const told = client.told("IMRecvBroadcastMessage", since);
  return told.flatMap(([_room, list]) => list.map(({ message }) => message));
}

/** The broadcast's event; waits for it if need be. */
export function untilMessage(client, text, options) {
  const has = (_room, list) => list.some(({ message }) => message === text);
  return client.until("IMRecvBroadcastMessage", has, { what: `"${text}"`, ...options });
}

/** Marks in the events of several clients: `{ ada: 12, bo: 7 }`. */
export function marks(...clients) {
  return Object.fromEntries(clients.map((client) => [client.userID, client.mark()]));
}

/** Waits until everything sent to these pages before has been recorded. */
export async function caughtUp(...clients) {
  await Promise.all(clients.map((client) => client.settle()));
}
