// The module's news as events of the API: rows as `src/api/news.rs` writes them in, names and
// arguments out.

import { PlayerState, PublisherState, RoomStateChangedReason } from "./states.js";

const CHANGES = ["ADD", "DELETE"];
const LAYERS = ["room", "publish", "play"];
const CAUSES = ["start", "local", "remote", "told", "offline", "limited", "too-soon"];
/** Of the room's bits for what is muted, the events. */
const DEVICES = [
  [2, "remoteCameraStatusUpdate"],
  [1, "remoteMicStatusUpdate"],
];
/** Room states in the words of the older `roomStateUpdate`; the others are DISCONNECTED. */
const CONNECTION = ["CONNECTING", "CONNECTED", undefined, "CONNECTING", "CONNECTED"];

const userOf = (userID, userName) => ({ userID, userName });

const streamOf = (streamID, userID, userName, extraInfo) => ({
  streamID,
  user: userOf(userID, userName),
  extraInfo,
});

const statuses = (streamID, changed, muted) =>
  DEVICES.filter(([bit]) => changed & bit).map(([bit, event]) => [
    event,
    [streamID, muted & bit ? "MUTE" : "OPEN"],
  ]);

/** How much of a row is of one stream, user, key. */
const STREAM = 5;
const USER = 2;
const KEY = 5;

/** The rest of a row as a list of what `make` makes of `size` items each. */
const list = (row, make, size) => {
  const made = [];
  for (let at = 0; at < row.length; at += size) made.push(make(...row.slice(at, at + size)));
  return made;
};

const message = (row, idOf) => {
  const [room, userID, userName, text, sendTime, number] = row;
  const fromUser = userOf(userID, userName);
  return [room, [{ fromUser, message: text, sendTime, messageID: idOf(number) }]];
};

/** In the order of the rows' first numbers. */
const EVENTS = [
  ([room, number, code, words]) => {
    const [name] = Object.entries(RoomStateChangedReason)[number];
    const isKick = name === "KICK_OUT";
    const extended = isKick ? JSON.stringify({ custom_kickout_message: words }) : "";
    const state = CONNECTION[number] ?? "DISCONNECTED";
    return [
      ["roomStateChanged", [room, isKick ? "KICKOUT" : name, code, extended]],
      // The older event goes with the other (ROOM-01).
      ["roomStateUpdate", [room, state, code, extended]],
    ];
  },
  ([room, change, ...users]) => [
    ["roomUserUpdate", [room, CHANGES[change], list(users, userOf, USER)]],
  ],
  ([room, change, code, description, ...rest]) => {
    const streams = list(rest, streamOf, STREAM);
    const reasons = streams.map(({ streamID }) => ({ stream_id: streamID, code, description }));
    const extended = change ? JSON.stringify({ stream_delete_reason: reasons }) : "";
    const told = [["roomStreamUpdate", [room, CHANGES[change], streams, extended]]];
    if (change) return told;
    const mutesOf = (streamID, _userID, _name, _extra, bits) => statuses(streamID, bits, bits);
    const muted = list(rest, mutesOf, STREAM);
    return told.concat(muted.flat());
  },
  ([room, ...rest]) => {
    const extraOf = (key, value, userID, userName, updateTime) => ({
      key,
      value,
      updateUser: userOf(userID, userName),
      updateTime,
    });
    return [["roomExtraInfoUpdate", [room, list(rest, extraOf, KEY)]]];
  },
  ([room, ...streams]) => [["streamExtraInfoUpdate", [room, list(streams, streamOf, STREAM)]]],
  ([room, user, isUp]) => [
    ["remoteUserConnectionUpdate", [room, user, isUp ? "CONNECTED" : "RECONNECTING"]],
  ],
  ([streamID, isPlayer, number, errorCode]) => {
    const [state] = Object.entries(isPlayer ? PlayerState : PublisherState)[number];
    const name = isPlayer ? "playerStateUpdate" : "publisherStateUpdate";
    return [[name, [{ streamID, state, errorCode, extendedData: "" }]]];
  },
  (row) => [["IMRecvBroadcastMessage", message(row, Number)]],
  // The web edition has its number as text.
  (row) => [["IMRecvBarrageMessage", message(row, String)]],
  ([room, userID, userName, text]) => [
    ["IMRecvCustomCommand", [room, userOf(userID, userName), text]],
  ],
  (row) => [["roomOnlineUserCountUpdate", row]],
  (row) => [["tokenWillExpire", row]],
  ([id, layer, cause, attempt, nextAttemptInMs, elapsedMs, windowMs, reason, errorCode]) => [
    [
      "retryUpdate",
      [
        {
          layer: LAYERS[layer],
          id,
          cause: CAUSES[cause],
          attempt,
          nextAttemptInMs,
          elapsedMs,
          windowMs,
          reason,
          errorCode,
        },
      ],
    ],
  ],
  (row) => statuses(...row),
];

/** The events a row of news is told as, each a name and the listeners' arguments. */
export const eventsOf = ([kind, ...row]) => EVENTS[kind]?.(row) ?? [];
