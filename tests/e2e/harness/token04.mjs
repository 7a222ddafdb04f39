// Makes room tokens of format 04 as the published generators of back ends do, with Node's own cryptography.

import { createCipheriv, randomBytes, randomInt } from "node:crypto";

/** What a back end that makes such tokens has for a secret: the first 32 characters of the app's secret in hex. */
export const serverSecretOf = (appSecret) => appSecret.slice(0, 32);

/**
 * @param secret 32 characters, each a byte of the AES key.
 * @param contents What it says: `app_id`, `user_id`, `nonce`, `ctime`, `expire`, `payload`; or any text.
 * @param mode "cbc", as most generators do it, or "gcm".
 * @param expire The time outside, if it is not that of the contents.
 */
export function token04(secret, contents, { mode = "cbc", iv, expire } = {}) {
  const text = typeof contents === "string" ? contents : JSON.stringify(contents);
  const isGcm = mode === "gcm";
  const vector = iv ?? randomBytes(isGcm ? 12 : 16);
  const cipher = createCipheriv(`aes-256-${mode}`, Buffer.from(secret), vector);
  let sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  if (isGcm) sealed = Buffer.concat([sealed, cipher.getAuthTag()]);
  return pack(expire ?? contents.expire, vector, sealed, isGcm ? [1] : []);
}

/** The token of these parts: a time in seconds, the initial vector, what is encrypted, and what follows. */
export function pack(expire, iv, sealed, rest = []) {
  const head = Buffer.alloc(8);
  head.writeBigInt64BE(BigInt(expire));
  const parts = [head, size(iv), iv, size(sealed), sealed, Buffer.from(rest)];
  return `04${Buffer.concat(parts).toString("base64")}`;
}

/** What such a token usually says, for a user whom it restricts to nothing. */
export function contents04(app, user, ttlSeconds, payload = "") {
  const now = Math.floor(Date.now() / 1000);
  const nonce = randomInt(-(2 ** 31), 2 ** 31);
  return { app_id: app, user_id: user, nonce, ctime: now, expire: now + ttlSeconds, payload };
}

function size(bytes) {
  const written = Buffer.alloc(2);
  written.writeUInt16BE(bytes.length);
  return written;
}
