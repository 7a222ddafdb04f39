// Access to LiveKit's rooms: tokens, and a page that watches with LiveKit's own client.

import { createHmac } from "node:crypto";

/** The key of `livekit-server --dev`. */
const KEY = "devkey";
const SECRET = "secret";
const LIFE_S = 600;

/** A token for a user of a LiveKit room. */
export function livekitToken(room, identity, grants) {
  const now_s = Math.floor(Date.now() / 1000);
  const claims = {
    iss: KEY,
    sub: identity,
    nbf: now_s - 5,
    exp: now_s + LIFE_S,
    video: { roomJoin: true, room, ...grants },
  };
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
}

/** Shows the others' streams in a LiveKit room in the page's video (`openPage` of guest.mjs). */
export function watchLivekitRoom(page, url, token) {
  return page.evaluate(join, { url, token });
}

async function join({ url, token }) {
  const { Room, RoomEvent } = globalThis.Package;
  const room = new Room();
  room.on(RoomEvent.TrackSubscribed, (track) => {
    if (track.kind === "video") track.attach(globalThis.video);
  });
  await room.connect(url, token);
}
