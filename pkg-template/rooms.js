// Rooms, and what is published, played and sent in them: arguments checked, the module called.

import {
  bad,
  between,
  codecOf,
  loginOf,
  optionalText,
  source,
  text,
  userOf,
  users,
  windows,
} from "./arguments.js";
import {
  CONFIGURE,
  LOGIN,
  LOGOUT,
  RENEW_TOKEN,
  RETRY_NOW,
  SEND,
  START_PLAYING,
  START_PUBLISHING,
  STOP_PLAYING,
  STOP_PUBLISHING,
  SWITCH,
} from "./calls.js";
import { release } from "./captures.js";
import { receiving, sending } from "./wiring.js";

export const roomMethods = {
  getVersion: (host) => host.version,

  setEngineConfig(host, config) {
    if (typeof config !== "object") return host.call(CONFIGURE, windows(config));
    const { publish, play } = host.intervals;
    const { publishQualityInterval = publish, playQualityInterval = play, ...rest } = config ?? {};
    const intervals = {
      publish: between(1000, publishQualityInterval, 1e9),
      play: between(1000, playQualityInterval, 1e9),
    };
    host.call(CONFIGURE, windows(config && rest));
    host.intervals = intervals;
  },

  on: (host, event, listener) => listen(host, event, listener, false),

  once: (host, event, listener) => listen(host, event, listener, true),

  off: (host, event, listener) => host.listeners.remove(event, listener),

  loginRoom(host, roomID, token, user, config) {
    let who;
    const row = () => {
      who = userOf(user);
      return [host.appID, ...loginOf(roomID, token, who, config)];
    };
    const taken = () => {
      host.user = who;
    };
    return host.promise(LOGIN, row, { taken });
  },

  switchRoom: (host, fromRoomID, toRoomID, config) =>
    host.promise(SWITCH, () => {
      const from = text(fromRoomID, "fromRoomID");
      if (!host.user) throw host.failure(1002002);
      return [from, host.appID, ...loginOf(toRoomID, config?.token, host.user, config)];
    }),

  logoutRoom(host, roomID) {
    host.call(LOGOUT, [optionalText(roomID, "roomID")]);
  },

  retryNow(host) {
    host.call(RETRY_NOW, []);
  },

  renewToken(host, token, roomID) {
    const row = [text(token, "token"), optionalText(roomID, "roomID")];
    return host.isTaken(RENEW_TOKEN, row, 1102016);
  },

  startPublishingStream(host, streamID, stream, options) {
    host.life.throwIfAborted();
    const media = source(stream?.stream ?? stream);
    const row = [
      text(streamID, "streamID"),
      text(options?.extraInfo ?? "", "extraInfo"),
      sending(host, media, codecOf(options)),
    ];
    const isTaken = host.isTaken(START_PUBLISHING, row, 1000002, 1103069);
    if (isTaken) host.published.set(streamID, media);
    return isTaken;
  },

  stopPublishingStream: (host, streamID) =>
    host.isTaken(STOP_PUBLISHING, [text(streamID, "streamID")]),

  startPlayingStream(host, streamID, options) {
    const outlet = new MediaStream();
    const row = () => [
      text(streamID, "streamID"),
      !!options?.follow,
      receiving(host, streamID, outlet, options),
    ];
    return host.promise(START_PLAYING, row, { kept: outlet });
  },

  stopPlayingStream(host, streamID) {
    host.call(STOP_PLAYING, [text(streamID, "streamID")]);
  },

  sendBroadcastMessage: (host, roomID, message) =>
    host.promise(SEND, () => [text(roomID, "roomID"), 0, text(message, "message")]),

  sendBarrageMessage: (host, roomID, message) =>
    host.promise(SEND, () => [text(roomID, "roomID"), 1, text(message, "message")]),

  sendCustomCommand: (host, roomID, command, toUserIDs) =>
    host.promise(SEND, () => [
      text(roomID, "roomID"),
      2,
      text(command, "command"),
      ...users(toUserIDs),
    ]),

  setRoomExtraInfo: (host, roomID, key, value) =>
    host.promise(SEND, () => [text(roomID, "roomID"), 3, text(key, "key"), text(value, "value")]),

  setStreamExtraInfo: (host, streamID, extraInfo) =>
    host.promise(SEND, () => [
      undefined,
      4,
      text(streamID, "streamID"),
      text(extraInfo, "extraInfo"),
    ]),

  timeline: (host) => host.timeline.entries(),

  destroyEngine(host) {
    if (host.life.aborted) return;
    host.destroy();
    for (const stream of host.captures.keys()) release(host, stream);
  },

  /** Dev builds only. */
  simulate(host, command) {
    if (command !== "trace") throw bad("simulate knows only 'trace'");
    return host.trace();
  },
};

const listen = (host, event, listener, isOnce) =>
  !host.life.aborted && host.listeners.add(event, listener, isOnce);
