// A program inside a namespace, for packets and requests that the tests cannot send from outside.
// It reads questions as JSON lines, answers them in order, and ends when its input ends.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

const connections = new Map();

const DO = {
  /** Sends one packet; `from` decides which route it takes. */
  async udpSend({ from, to, port }) {
    const socket = await udpFrom(from);
    await new Promise((resolve) => socket.send("x", port, to, resolve));
    socket.close();
    return {};
  },

  /** Round trips, in milliseconds, of packets to an echo; `null` = lost. */
  async udpEcho({ from, to, port, count = 1, interval_ms = 20, timeout_ms = 1000 }) {
    const socket = await udpFrom(from);
    const sent_ms = [];
    const trips_ms = Array(count).fill(null);
    const order = [];
    socket.on("message", (message) => {
      const number = Number(message.toString());
      order.push(number);
      trips_ms[number] ??= performance.now() - sent_ms[number];
    });
    for (let i = 0; i < count; i += 1) {
      sent_ms[i] = performance.now();
      socket.send(String(i), port, to);
      await delay(i + 1 < count ? interval_ms : 0);
    }
    const end_ms = performance.now() + timeout_ms;
    while (trips_ms.includes(null) && performance.now() < end_ms) await delay(2);
    socket.close();
    return { trips_ms, order };
  },

  /** How a try to connect ends ("connected", "timeout", or a code), and from which address. */
  tcpTry({ from, to, port, timeout_ms = 1000 }) {
    const begun_ms = performance.now();
    return new Promise((resolve) => {
      const socket = connect({ host: to, port, localAddress: from });
      const end = (outcome) => {
        clearTimeout(timer);
        const took_ms = performance.now() - begun_ms;
        resolve({ outcome, took_ms, from: socket.localAddress });
        socket.destroy();
      };
      const timer = setTimeout(end, timeout_ms, "timeout");
      socket.once("connect", () => end("connected"));
      socket.once("error", (error) => end(error.code));
    });
  },

  /** Opens a connection that is kept under a name. */
  async tcpOpen({ name, from, to, port }) {
    const socket = connect({ host: to, port, localAddress: from, noDelay: true });
    await once(socket, "connect");
    const kept = { socket, ended: null, heard: 0 };
    socket.on("data", (chunk) => {
      kept.heard += chunk.length;
    });
    socket.on("error", (error) => {
      kept.ended = error.code;
    });
    socket.on("close", () => {
      kept.ended ??= "closed";
    });
    connections.set(name, kept);
    return {};
  },

  /** Sends a byte on it, and says whether a byte came back, or how the connection ended. */
  async tcpEcho({ name, timeout_ms = 1000 }) {
    const kept = connections.get(name);
    const before = kept.heard;
    if (!kept.ended) kept.socket.write("x");
    const end_ms = performance.now() + timeout_ms;
    while (kept.heard === before && !kept.ended && performance.now() < end_ms) await delay(2);
    return { outcome: kept.ended ?? (kept.heard > before ? "answered" : "silent") };
  },

  /** Sends back whatever arrives on a port, by UDP and TCP. */
  async echo({ port }) {
    const socket = createSocket("udp4");
    socket.on("message", (message, { address, port: back }) => socket.send(message, back, address));
    socket.bind(port);
    const server = createServer((connection) => {
      connection.on("error", () => {});
      connection.pipe(connection);
    });
    server.listen(port);
    await Promise.all([once(socket, "listening"), once(server, "listening")]);
    return {};
  },

  async fetch({ url, init }) {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  },
};

async function udpFrom(address) {
  const socket = createSocket("udp4");
  // Errors from a dead interface or a closed port are ignored: the number of answers shows them.
  socket.on("error", () => {});
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
}

function delay(value_ms) {
  return new Promise((resolve) => setTimeout(resolve, value_ms));
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

answer({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const [[what, question]] = Object.entries(JSON.parse(line));
    answer(await DO[what](question));
  } catch (error) {
    answer({ error: `${error.cause?.message ?? error.message}` });
  }
}
process.exit();
