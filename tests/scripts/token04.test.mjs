// The golden tokens of format 04, which the server's tests read, are what the generator writes.

import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { pack, serverSecretOf, token04 } from "../e2e/harness/token04.mjs";

const FILE = new URL("../vectors/token04.jsonl", import.meta.url);
const APP_SECRET = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef";
const SECRET = serverSecretOf(APP_SECRET);
const OTHER = "f".repeat(32);
const IV = Buffer.from("k3v9x2m8q1z7w5b4");
const NONCE = IV.subarray(0, 12);
const EXPIRE = 1790003600;
const BASE = { app_id: 7, user_id: "ann", nonce: -5, ctime: 1790000000, expire: EXPIRE };
const PLAIN = { ...BASE, payload: "" };

const cbc = (contents, secret = SECRET) => {
  const expire = contents.expire ?? EXPIRE;
  return token04(secret, contents, { iv: IV, expire });
};
const gcm = (contents, secret = SECRET) => token04(secret, contents, { iv: NONCE, mode: "gcm" });
const paid = (payload) => cbc({ ...BASE, payload: JSON.stringify(payload) });
const ALL = { 1: 1, 2: 1 };

/** Encrypts blocks as they are, padding included. */
function raw(blocks) {
  const cipher = createCipheriv("aes-256-cbc", Buffer.from(SECRET), IV).setAutoPadding(false);
  return pack(EXPIRE, IV, Buffer.concat([cipher.update(blocks), cipher.final()]));
}

/** Pads to whole blocks with a last byte and the bytes before it as given. */
function padded(text, byte, count) {
  return raw(Buffer.concat([Buffer.from(text), Buffer.alloc(count, byte)]));
}

/** Changes one bit of what the base64 holds. */
function flipped(token, at) {
  const bytes = Buffer.from(token.slice(2), "base64");
  bytes[at] ^= 1;
  return `04${bytes.toString("base64")}`;
}

const spaces = (text, left) => text + " ".repeat((left - (text.length % 16) + 16) % 16);
const TEXT = JSON.stringify(PLAIN);
const LONG = spaces(TEXT, 11);

const READABLE = [
  ["cbc", cbc(PLAIN)],
  ["gcm", gcm(PLAIN)],
  [
    "cbc that says so",
    pack(EXPIRE, IV, Buffer.from(cbc(PLAIN).slice(2), "base64").subarray(28), [0]),
  ],
  ["without payload", cbc(BASE)],
  ["other order", cbc(Object.fromEntries(Object.entries(PLAIN).reverse()))],
  ["a room", paid({ room_id: "r", privilege: ALL, stream_id_list: null }), { room: "r" }],
  [
    "may not publish",
    paid({ room_id: "r", privilege: { 1: 1, 2: 0 }, stream_id_list: [] }),
    { room: "r", publish: false },
  ],
  ["publishing not mentioned", paid({ privilege: { 1: 1 } }), { publish: false }],
  ["only a room", paid({ room_id: "r" }), { room: "r" }],
  ["every room", paid({ room_id: "", privilege: ALL })],
  ["an object of nothing", paid({})],
  ["five bytes of padding", padded(LONG, 5, 5)],
  ["a block of padding", padded(spaces(TEXT, 0), 16, 16)],
].map(([about, token, says]) => ({
  about,
  token,
  says: { app: 7, user: "ann", room: null, publish: true, end: EXPIRE, ...says },
}));

const SEALED = "it is encrypted with another key, was changed, or is no such token";
const LENGTHS = "its lengths do not fit";
const PAYLOAD = "its `payload` is not as documented";
const body = Buffer.from(cbc(PLAIN).slice(2), "base64").subarray(28);

const UNREADABLE = [
  ["nothing", "04", LENGTHS],
  ["no base64", "04?", "it is not base64"],
  ["half a time", `04${Buffer.alloc(4).toString("base64")}`, LENGTHS],
  ["a vector that is longer than all", `04${Buffer.alloc(10, 255).toString("base64")}`, LENGTHS],
  ["bytes left over", pack(EXPIRE, IV, body, [0, 0]), LENGTHS],
  ["an unknown cipher", pack(EXPIRE, IV, body, [2]), LENGTHS],
  ["another key, cbc", cbc(PLAIN, OTHER), SEALED],
  ["another key, gcm", gcm(PLAIN, OTHER), SEALED],
  ["cbc for gcm", pack(EXPIRE, IV, body, [1]), SEALED],
  ["a short vector", pack(EXPIRE, IV.subarray(1), body), SEALED],
  ["no vector", pack(EXPIRE, Buffer.alloc(0), body), SEALED],
  ["nothing encrypted", pack(EXPIRE, IV, Buffer.alloc(0)), SEALED],
  ["no whole blocks", pack(EXPIRE, IV, body.subarray(1)), SEALED],
  ["a block that became noise", flipped(cbc(PLAIN), 30), SEALED],
  ["a changed seal", flipped(gcm(PLAIN), 60), SEALED],
  ["no padding", raw(Buffer.from(spaces(TEXT, 0))), SEALED],
  ["a padding of zero", padded(LONG, 0, 5), SEALED],
  ["a padding that is too short", padded(LONG, 6, 5), SEALED],
  ["a padding that is too long", padded(LONG, 17, 5), SEALED],
  ["a list of values", cbc(JSON.stringify([7, "ann", 1, 1, EXPIRE, ""])), SEALED],
  ["one block", raw(Buffer.from('[7,"b",1,1,999]\x01')), SEALED],
  ["no JSON", cbc("hello"), SEALED],
  ["a field more", cbc({ ...PLAIN, role: 1 }), SEALED],
  ["a field less", cbc({ ...PLAIN, app_id: undefined }), SEALED],
  ["a field twice", cbc(TEXT.replace("{", '{"user_id":"bob",')), SEALED],
  ["a number for a text", cbc({ ...PLAIN, user_id: 7 }), SEALED],
  ["an app that is no number", cbc({ ...PLAIN, app_id: "7" }), SEALED],
  ["another time outside", flipped(cbc(PLAIN), 7), "its two times of expiry differ"],
  ["milliseconds", cbc({ ...PLAIN, expire: EXPIRE * 1000 }), "its `expire` is in milliseconds"],
  ["a payload that is no JSON", cbc({ ...BASE, payload: "r" }), PAYLOAD],
  ["a payload that is a list", cbc({ ...BASE, payload: "[]" }), PAYLOAD],
  ["a payload with more", paid({ room_id: "r", role: 1 }), PAYLOAD],
  ["a room that is a number", paid({ room_id: 7 }), PAYLOAD],
  ["no login", paid({ privilege: { 1: 0, 2: 1 } }), "its `privilege` 1 does not allow a login"],
  ["no privilege", paid({ privilege: {} }), "its `privilege` 1 does not allow a login"],
  [
    "streams by name",
    paid({ room_id: "r", privilege: ALL, stream_id_list: ["s"] }),
    "its `stream_id_list` names streams, which this server cannot restrict it to",
  ],
].map(([about, token, why]) => ({ about, token, why }));

test("the golden tokens are up to date (HOLDFAST_BLESS=1 writes them)", () => {
  const lines = [...READABLE, ...UNREADABLE].map((line) => `${JSON.stringify(line)}\n`).join("");
  if (process.env.HOLDFAST_BLESS) writeFileSync(FILE, lines);
  assert.equal(readFileSync(FILE, "utf8"), lines);
});
