// A TCP proxy that makes a local server seem far away.
//
// Each direction is delayed by `delay_ms`, in order, and nothing is dropped. A new connection to
// a far server costs a round trip before its first byte can leave (SYN, SYN-ACK); on loopback
// the proxy itself answers the handshake at once, so it charges that round trip by holding the
// client's first bytes: what arrives from the client leaves it no earlier than `2 * delay_ms`
// after the connection was made, and then takes `delay_ms` to the server. The end of a
// connection is delayed like data. TCP's slow start and bandwidth are not simulated.

import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Bytes in flight in one direction of one connection before the proxy stops reading. */
const IN_FLIGHT_BYTES_MAX = 1024 * 1024;

export class DelayProxy {
  #server;
  #sockets = new Set();
  /** Connections made so far. */
  connections = 0;

  /** Whether new connections are closed at once. */
  refuses = false;

  /** Listens on a free port of 127.0.0.1 and forwards to `target_port` there. */
  static async start(target_port, delay_ms) {
    const proxy = new DelayProxy(target_port, delay_ms);
    await once(proxy.#server, "listening");
    return proxy;
  }

  constructor(target_port, delay_ms) {
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
      if (this.refuses) {
        client.destroy();
        return;
      }
      this.connections += 1;
      const target = connect({
        port: target_port,
        host: "127.0.0.1",
        noDelay: true,
        allowHalfOpen: true,
      });
      const handshakeEnd_ms = performance.now() + 2 * delay_ms;
      for (const [from, to] of [
        [client, target],
        [target, client],
      ]) {
        this.#sockets.add(from);
        from.once("close", () => this.#sockets.delete(from));
        from.once("error", () => to.destroy());
      }
      carry(client, target, delay_ms, handshakeEnd_ms);
      carry(target, client, delay_ms, 0);
    });
    this.#server.listen(0, "127.0.0.1");
  }

  get port() {
    return this.#server.address().port;
  }

  /** Ends all connections at once; new ones are accepted unless it `refuses`. */
  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends all connections at once and stops listening. */
  async stop() {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Carries bytes and their end from one socket to the other, `delay_ms` late and in order. */
function carry(from, to, delay_ms, notBefore_ms) {
  const queue = [];
  let inFlight_bytes = 0;
  let timer = null;

  const send = (data) => {
    const due_ms = Math.max(performance.now(), notBefore_ms) + delay_ms;
    queue.push({ due_ms, data });
    inFlight_bytes += data?.length ?? 0;
    if (inFlight_bytes > IN_FLIGHT_BYTES_MAX) from.pause();
    timer ??= setTimeout(deliver, Math.max(0, due_ms - performance.now()));
  };
  const deliver = () => {
    timer = null;
    while (queue.length > 0 && queue[0].due_ms <= performance.now()) {
      const { data } = queue.shift();
      if (data) to.write(data);
      else to.end();
      inFlight_bytes -= data?.length ?? 0;
    }
    if (inFlight_bytes <= IN_FLIGHT_BYTES_MAX) from.resume();
    // A timer may fire a fraction of a millisecond early.
    if (queue.length > 0)
      timer = setTimeout(deliver, Math.max(1, queue[0].due_ms - performance.now()));
  };

  from.on("data", send);
  from.once("end", () => send(null));
  from.once("close", () => {
    if (!from.readableEnded) to.destroy();
  });
  to.once("close", () => {
    clearTimeout(timer);
    queue.length = 0;
  });
}
