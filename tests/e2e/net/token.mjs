// Tokens like those of the app's own server, made without a request that a fault could stop.

import { createHmac } from "node:crypto";

/** An HS256 JWT (RFC 7515, RFC 7519). @param secret The app's secret in hex. */
export function mintRoomToken(
  secret,
  app,
  room,
  user,
  { grants = ["publish", "play"], ttl_s = 3600 } = {},
) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + ttl_s;
  const claims = { app, room, user, grants, exp, aud: "holdfast-room" };
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  const key = Buffer.from(secret, "hex");
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}
