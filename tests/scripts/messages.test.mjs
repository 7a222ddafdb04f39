// Rows of the server's messages: of what is no message, and of what only a hello has. All golden
// messages are read and written in `src/web/read.rs` and `write.rs`, by the script and the module
// together.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MESSAGES } from "../../pkg-template/messages.js";

const golden = readFileSync(new URL("../vectors/server.jsonl", import.meta.url), "utf8");
const read = (data) => MESSAGES.read(data).reverse();

test("every kind of message has a row of its own", () => {
  const kinds = new Map();
  for (const line of golden.trim().split("\n")) {
    const [kind] = read(line);
    const { t } = JSON.parse(line);
    if (kind === undefined) continue;
    assert.equal(kinds.get(kind) ?? t, t, line);
    kinds.set(kind, t);
  }
  assert.equal(kinds.size, 18);
});

test("what is of no kind has no row", () => {
  for (const data of ["", "{", "null", "7", "[]", '{"t":"toString"}', '{"t":"__proto__"}', {}, 7]) {
    assert.deepEqual(read(data), [], String(data));
  }
});

test("what a hello may leave out does not spoil it where it is no good", () => {
  const plain = { t: "hello", session: "a", secret: "b", seq: 1, heartbeat_ms: 1000 };
  const hello = (more) => read(JSON.stringify({ ...plain, ...more }));
  const row = hello({});
  assert.equal(row.length, 11);
  for (const nonsense of [null, 7, "x", {}, [5], [null]]) {
    assert.deepEqual(hello({ away: nonsense }), row);
    assert.deepEqual(hello({ missed: nonsense }), row);
  }
  for (const snapshot of [null, 7, "x", true]) assert.deepEqual(hello({ snapshot }), row);
  const snapshot = { users: [], streams: [] };
  for (const extra of [undefined, 7, [{ key: "k" }]]) {
    assert.deepEqual(hello({ snapshot: { ...snapshot, extra } }), [
      ...row.slice(0, -1),
      1,
      0,
      0,
      0,
    ]);
  }
  assert.deepEqual(hello({ snapshot: { users: [] } }), [], "half a snapshot would be a wrong one");
});

test("a number that is none, or is below 0, is left out or spoils the message", () => {
  const done = (more) => read(JSON.stringify({ t: "done", id: 1, code: 0, ...more }));
  for (const seq of [null, -1, "5", true, []]) {
    assert.deepEqual(done({ seq }), [4, 1, 0, "", undefined]);
    assert.deepEqual(done({ id: seq }), []);
  }
  assert.deepEqual(done({ seq: 5, message: 7 }), [4, 1, 0, "", 5]);
});
