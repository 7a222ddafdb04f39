// A network of a test's own that can be broken for real: namespaces for a client with Wi-Fi and
// mobile data, a second client, a router, and a server, with an emulator before the server.
// topology.mjs draws where each is and with which address.
//
//   const rig = await Rig.open();              // ½ s; `await rig.close()` at the end
//   const server = await rig.startServer();    // --dev, on 10.77.3.2:8080; { args, port, secret }
//   const node = await rig.startServer({ args: ["--media-node"], port: 8090, secret: server.secret });
//   rig.namespaces.folder                      // for files such as that of --nodes; goes with the rig
//
// Tests of the SDK use `useRig()` of stage.mjs, which does this and starts browsers and clients.
//
// Verbs. Each resolves once it has seen its effect (in the link's state, a counter, a packet, the
// state of a process) and throws if it cannot. They return `{ at_ms, seen_ms }`: the time just
// before the fault was made, and the time its effect was seen, both by `Date.now()` and comparable
// with pages' times. Links are "wifi0", "cell0" (of the client), "eth0" (of the second client),
// "client" (both of its own), or "all".
//
//   linkDown(which) linkUp(which)     the interface itself; the browser sees `offline` if no other is up
//   carrierDown(link) carrierUp(link) the far end of its cable; `offline` comes after about 1 s
//   switchTo(link)                    this one up and the client's other one down and without its
//                                     address, in one go, as when a device leaves its Wi-Fi
//   useOnly(link)                     the same, for the start of a scene with one interface
//   prefer(link)                      the default route goes over this one; both stay up, no event comes
//   changeAddress(link)               a new address, the old one gone
//   shape(which, { direction, delay_ms, jitter_ms, loss, rate_kbit, queue_ms, blackhole })
//                                     in the emulator; loss is 0 to 1; direction "up", "down", "both"
//   drop({ link, protocol, direction })  silent, in the router; protocol "tcp", "udp", "all";
//                                     gives packets() and lift() too
//   reset(link)                       RST to both ends of the link's TCP connections that carry data
//   heal()                            all links up, nothing dropped, nothing shaped; seen by a
//                                     connection over each link; `online` comes if it was offline
//   probe(link)                       there and back in ms by TCP, or null
//   agent(place)                      a helper in a namespace: { udpSend, udpEcho, tcpTry, tcpOpen,
//                                     tcpEcho, echo, fetch } (agent.mjs)
//
// Programs: server.pause() .resume() .kill() .start() .restart() .stop() (rig_server.mjs); browsers
// have .pause() .resume() .kill() (browser.mjs). Several rigs can be open at once, also in several
// test files: names hold the pid and a number. If a rig's program is killed, its guard removes
// what is left (namespaces.mjs).

import { fileURLToPath } from "node:url";
import { Emulator } from "./emulator.mjs";
import { Filter } from "./filter.mjs";
import { LineProgram } from "./lines.mjs";
import { Links } from "./links.mjs";
import { Namespaces } from "./namespaces.mjs";
import { RigServer } from "./rig_server.mjs";
import { timed } from "./timed.mjs";
import { joinClients, joinServer, LINKS, SERVER_ADDRESS } from "./topology.mjs";
import { until } from "./until.mjs";

const AGENT = fileURLToPath(new URL("agent.mjs", import.meta.url));
/** Nothing listens here, so a refused try to connect proves that packets pass both ways. */
const CLOSED_PORT = 9;

export class Rig {
  namespaces;
  #emulator;
  #filter;
  #links;
  #agents = new Map();
  #servers = [];

  static async open({ seed = 1 } = {}) {
    const rig = new Rig();
    rig.namespaces = await Namespaces.make();
    try {
      await rig.#build(seed);
    } catch (error) {
      await rig.close();
      throw error;
    }
    return rig;
  }

  async #build(seed) {
    this.#links = new Links(this.namespaces);
    await joinClients(this.namespaces);
    this.#emulator = await Emulator.start(this.namespaces, seed);
    await joinServer(this.namespaces);
    this.#filter = await Filter.open(this.namespaces);
  }

  /** Ends everything in it and removes it. */
  async close() {
    const servers = this.#servers.filter((server) => server.pid);
    await Promise.allSettled(servers.map((server) => server.kill()));
    const agents = [...this.#agents.values()];
    await Promise.allSettled(agents.map(async (agent) => (await agent).close()));
    await this.#emulator?.close();
    await this.namespaces.close();
  }

  async startServer(options) {
    const server = await RigServer.startIn(this, options);
    this.#servers.push(server);
    return server;
  }

  /** The command that runs a program at a place: words to put before the program's own. */
  inside(role) {
    return ["ip", "netns", "exec", this.namespaces.of(role)];
  }

  /** A helper at a place, started on first use. */
  agent(role) {
    const start = () => {
      const [program, ...args] = [...this.inside(role), process.execPath, AGENT];
      return LineProgram.start(program, args);
    };
    if (!this.#agents.has(role)) this.#agents.set(role, start());
    return this.#agents.get(role);
  }

  addressOf(link) {
    return this.#links.addressOf(link);
  }

  linkDown(which) {
    return timed(() => this.#links.turn({ down: this.#links.named(which) }));
  }

  linkUp(which) {
    return timed(() => this.#links.turn({ up: this.#links.named(which) }));
  }

  carrierDown(link) {
    return timed(() => this.#links.carrier(link, false));
  }

  carrierUp(link) {
    return timed(() => this.#links.carrier(link, true));
  }

  switchTo(link) {
    const siblings = this.#links.named(LINKS[link]?.role ?? link);
    const down = siblings.filter((other) => other !== link);
    return timed(() => this.#links.turn({ up: [link], down, left: down }));
  }

  /** For the start of a scene: takes the client's other link down. */
  useOnly(link) {
    return this.switchTo(link);
  }

  prefer(link) {
    return timed(() => this.#links.prefer(link));
  }

  changeAddress(link) {
    return timed(async () => ({ address: await this.#links.changeAddress(link) }));
  }

  shape(which, { direction = "both", ...shape }) {
    return timed(() => this.#emulator.set(this.#links.named(which), both(direction), shape));
  }

  /** The emulator's counters for a link in a direction. */
  counters(link, direction) {
    return this.#emulator.counters(link, direction);
  }

  get emulatorPid() {
    return this.#emulator.pid;
  }

  async drop({ link = "client", protocol = "all", direction = "both" } = {}) {
    const links = await this.#links.alive(link);
    const sides = links.flatMap((one) => both(direction).map((way) => ({ link: one, way })));
    if (sides.length === 0) throw new Error(`nothing of ${link} is up`);
    const times = await timed(async () => {
      for (const side of sides) side.rule = await this.#filter.drop(side.link, protocol, side.way);
      const hit = (side) => side.rule.untilHit(() => this.#provoke(side, protocol));
      await Promise.all(sides.map(hit));
    });
    return { ...times, ...together(sides.map(({ rule }) => rule)) };
  }

  /** Waits for data on a connection, so some program must be using one. */
  async reset(link) {
    const rules = [];
    try {
      return await timed(async () => {
        for (const way of both("both")) rules.push(await this.#filter.reset(link, way));
        // The other end gets a reset when it next sends, at the latest from the end that knows.
        await Promise.any(rules.map((rule) => rule.untilHit()));
      });
    } finally {
      for (const rule of rules) await rule.lift();
    }
  }

  heal() {
    return timed(async () => {
      await this.#filter.clear();
      await this.#emulator.clear();
      await this.#links.restore();
      const works = (link) => until(`a way over ${link}`, () => this.probe(link));
      await Promise.all(this.#links.named("all").map(works));
    });
  }

  /** The round trip over a link, in milliseconds; `null` if it fails. */
  async probe(link, { timeout_ms = 1000 } = {}) {
    const agent = await this.agent(LINKS[link].role);
    const target = { to: SERVER_ADDRESS, port: CLOSED_PORT, timeout_ms };
    const { outcome, took_ms } = await agent.ask({
      tcpTry: { from: this.addressOf(link), ...target },
    });
    return outcome === "ECONNREFUSED" ? took_ms : null;
  }

  /** Sends a packet that a rule should hit. */
  async #provoke({ link, way }, protocol) {
    const here = this.addressOf(link);
    const [role, from, to] =
      way === "up" ? [LINKS[link].role, here, SERVER_ADDRESS] : ["server", SERVER_ADDRESS, here];
    const packet = { from, to, port: CLOSED_PORT };
    const agent = await this.agent(role);
    if (protocol === "tcp") return agent.ask({ tcpTry: { ...packet, timeout_ms: 20 } });
    return agent.ask({ udpSend: packet });
  }
}

function both(direction) {
  return direction === "both" ? ["up", "down"] : [direction];
}

/** Combines several rules into one. */
function together(rules) {
  return {
    packets: async () => {
      const counts = await Promise.all(rules.map((rule) => rule.packets()));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    lift: () =>
      timed(async () => {
        for (const rule of rules) await rule.lift();
      }),
  };
}
