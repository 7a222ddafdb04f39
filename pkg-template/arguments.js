// Arguments of the app's calls, checked before anything else happens.

import { failure } from "./failure.js";

/** The refusal of an argument of the wrong type. */
export const bad = (message) => failure(1100001, message);

/** The string that was given; the refusal of anything else names it. */
export const text = (value, name) => {
  if (typeof value !== "string") throw bad(`${name} must be a string`);
  return value;
};

/** The same, undefined where it was left out. */
export const optionalText = (value, name) => {
  if (value !== undefined && value !== null) return text(value, name);
};

/** The app's number; apps often have it as text from their environment. */
export const appNumber = (value) => {
  const number = ["number", "string"].includes(typeof value) ? Number(value) : 0;
  if (!number || number !== number >>> 0) {
    throw failure(1001004, "appID must be a positive 32-bit integer");
  }
  return number;
};

/** The server's addresses, the room link's and the one that paths are relative to. */
export const addresses = (server) => {
  const [, scheme, place] =
    /^(?:ws|http)(s?):\/\/(.+?)\/*$/.exec(parsed(text([server].flat()[0], "server"))) ?? [];
  if (!place) throw bad("server must be an http or ws URL");
  return [`ws${scheme}://${place}/room`, `http${scheme}://${place}/`];
};

/** An address without user, query and fragment, in the browser's spelling. */
const parsed = (address) => {
  try {
    const { protocol, host, pathname } = new URL(address);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return "";
  }
};

/** `loginRoom`'s user: its ID and name. */
export const userOf = (user) => {
  if (typeof user !== "object" || !user) {
    throw bad("user must be an object with userID and userName");
  }
  return [text(user.userID, "userID"), text(user.userName ?? "", "userName")];
};

/** What `loginRoom` and `switchRoom` ask the server for. */
export const loginOf = (roomID, token, user, config) => {
  const most = config?.maxMemberCount ?? 0;
  if (!(typeof most === "number" && most >= 0)) {
    throw bad("maxMemberCount must be a number, 0 for no limit");
  }
  return [
    text(roomID, "roomID"),
    text(token, "token"),
    ...user,
    !!(config?.userUpdate || config?.isUserStatusNotify),
    !!config?.userConnectionUpdate,
    most,
  ];
};

/** The users a command is for. */
export const users = (list) => {
  if (!Array.isArray(list)) throw bad("toUserIDs must be a list of userIDs");
  return list.map((user) => text(user, "toUserIDs' userID"));
};

/** A stream to publish. */
export const source = (stream) => {
  if (!(stream instanceof MediaStream)) throw bad("stream must be a MediaStream");
  if (!stream.getTracks().length) throw failure(1103047, "the stream has no track");
  return stream;
};

/** The video codec to prefer, if there is a wish. */
export const codecOf = (options) => {
  const codec = options?.videoCodec;
  if ([undefined, "VP8", "H264"].includes(codec)) return codec;
  throw bad("videoCodec must be 'VP8' or 'H264'");
};

/** The number of milliseconds that was given, put between these two. */
export const between = (least, ms, most) => {
  if (!Number.isFinite(ms)) throw bad("an interval must be a number of ms");
  return Math.min(most, Math.max(least, ms));
};

/** `setEngineConfig`'s windows: keys and seconds in turn (CFG-01). */
export const windows = (config) => {
  if (typeof config === "object" && config) {
    return Object.entries(config).flatMap(([key, value]) => [
      key,
      typeof value === "number" ? value : Number.NaN,
    ]);
  }
  if (typeof config !== "string")
    throw bad("setEngineConfig takes 'key=seconds' text or an object");
  return config
    .split(";")
    .filter((pair) => pair.trim())
    .flatMap((pair) => {
      const [, key, seconds] = /^\s*(\w*)\s*=\s*(\d{1,9})\s*$/.exec(pair) ?? [];
      if (!seconds) throw bad("setEngineConfig takes key=seconds pairs joined by ';'");
      return [key, +seconds];
    });
};
