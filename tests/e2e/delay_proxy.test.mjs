// The delaying proxy: the login benchmark is only as accurate as this proxy.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { DelayProxy } from "./delay_proxy.mjs";

const DELAY_MS = 40;

test("a first exchange takes two round trips, the next one", async (t) => {
  const { socket } = await connectThrough(t, (connection) => connection.pipe(connection));
  const first_ms = await exchange(socket);
  const next_ms = await exchange(socket);
  assertAbout(first_ms, 4 * DELAY_MS);
  assertAbout(next_ms, 2 * DELAY_MS);
});

test("a connection that is not new pays no handshake", async (t) => {
  const { socket } = await connectThrough(t, (connection) => connection.write("hello"));
  const start_ms = performance.now();
  await once(socket, "data");
  assert.ok(performance.now() - start_ms < 3 * DELAY_MS, "the server may speak at once");
});

test("bytes keep their order and number, and the end comes after them", async (t) => {
  const sent = Buffer.alloc(3 * 1024 * 1024, "holdfast").map((byte, i) => byte ^ (i >> 12));
  const { socket } = await connectThrough(t, (connection) => {
    for (let i = 0; i < sent.length; i += 50_000) connection.write(sent.subarray(i, i + 50_000));
    connection.end();
  });
  const received = [];
  socket.on("data", (chunk) => received.push(chunk));
  await once(socket, "end");
  assert.equal(digest(Buffer.concat(received)), digest(sent));
});

async function connectThrough(t, onConnection) {
  const server = createServer(onConnection).listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await DelayProxy.start(server.address().port, DELAY_MS);
  const socket = connect({ port: proxy.port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  t.after(async () => {
    socket.destroy();
    await proxy.stop();
    server.close();
  });
  return { socket };
}

async function exchange(socket) {
  const start_ms = performance.now();
  socket.write("x");
  await once(socket, "data");
  return performance.now() - start_ms;
}

/** Never less than it should be; more only by the delay of a busy machine. */
function assertAbout(measured_ms, wanted_ms) {
  assert.ok(measured_ms >= wanted_ms - 2, `${measured_ms} ms, wanted ${wanted_ms}`);
  assert.ok(measured_ms < wanted_ms + 1.5 * DELAY_MS, `${measured_ms} ms, wanted ${wanted_ms}`);
}

function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
