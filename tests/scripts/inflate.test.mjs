// The code that unpacks the module in the entries that contain it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { inflate } from "../../pkg-template/inflate.js";

const text = Buffer.from(Array.from({ length: 5000 }, (_, i) => `line ${i % 97}\n`).join(""));
const mixed = Buffer.concat([randomBytes(70_000), text, Buffer.alloc(300), randomBytes(100)]);

for (const [name, bytes, options] of [
  ["nothing", Buffer.alloc(0), {}],
  ["one byte many times", Buffer.alloc(100_000, 7), {}],
  ["text, with codes of its own", text, { level: 9 }],
  ["text, with the fixed codes", text, { strategy: constants.Z_FIXED }],
  ["bytes that were only stored", mixed, { level: 0 }],
  ["bytes of all kinds, in several blocks", mixed, { level: 9 }],
]) {
  test(`inflate gives back ${name}`, () => {
    assert.deepEqual(Buffer.from(inflate(deflateRawSync(bytes, options), bytes.length)), bytes);
  });
}
