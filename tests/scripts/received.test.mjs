// Which bytes in a connection's statistics count as received.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesReceived } from "../../pkg-template/received.js";

const pair = { type: "candidate-pair", bytesReceived: 7 };
const transport = { type: "transport", bytesReceived: 5 };
const rtp = { type: "inbound-rtp", bytesReceived: 100 };
const sum = (...entries) =>
  bytesReceived(new Map(entries.entries()), "transport", "candidate-pair");

test("media_09 the bytes of all transports are summed, or those of all pairs", () => {
  assert.equal(sum(pair, transport, rtp, transport), 10);
  assert.equal(sum(pair, { type: "transport" }, pair), 14);
  assert.equal(sum(rtp), 0);
  assert.equal(sum(), 0);
});

test("media_09 a node's farewell is no sign of life", () => {
  const closed = { type: "transport", bytesReceived: 6, dtlsState: "closed" };
  assert.equal(sum(pair, closed), 0);
});
