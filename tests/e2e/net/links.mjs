// Puts links up and down, prefers one, and changes their addresses. Each call reads back its
// change before it resolves.

import { ipBatch, ipJson, run } from "./command.mjs";
import { LINKS, preference, routerEnd, routesOf, SERVER_ADDRESS } from "./topology.mjs";
import { until } from "./until.mjs";

export class Links {
  #namespaces;
  /** The last number of each link's address. */
  #hosts = Object.fromEntries(Object.keys(LINKS).map((link) => [link, 2]));
  /** The link that the client prefers over the usual one. */
  #preferred = null;

  constructor(namespaces) {
    this.#namespaces = namespaces;
  }

  /** The current address of a link. */
  addressOf(link) {
    return `${LINKS[link].net}.${this.#hosts[link]}`;
  }

  /** All links, those of a place, or one. @param which "all", a role, or a link's name */
  named(which) {
    const all = Object.keys(LINKS);
    if (which === "all") return all;
    const of = all.filter((link) => link === which || LINKS[link].role === which);
    if (of.length === 0) throw new Error(`no such link: ${which}`);
    return of;
  }

  /** The ones that are up and have a carrier. */
  async alive(which) {
    const links = this.named(which);
    const states = await Promise.all(links.map((link) => this.#state(link)));
    return links.filter((_, i) => states[i] === "up");
  }

  /**
   * Takes several links down and others up, in one go.
   *
   * @param left The links of `down` that are left for good: they lose their address, as a network
   * manager would do. Otherwise packets of old sockets would leave by the other link.
   */
  async turn({ down = [], up = [], left = [] }) {
    const roles = new Set([...down, ...up].map((link) => LINKS[link].role));
    for (const role of roles) {
      const isHere = (link) => LINKS[link].role === role;
      await ipBatch(this.#of(role), [
        ...left.filter(isHere).map((link) => `address flush dev ${link}`),
        ...down.filter(isHere).map((link) => `link set ${link} down`),
        ...up.filter(isHere).flatMap((link) => this.#upLines(link)),
      ]);
    }
    for (const link of down) await this.#untilState(link, "down");
    for (const link of up) {
      await this.#untilState(link, "up");
      await this.#assertRoutes(link);
    }
  }

  /** Takes the carrier away, or restores it, at the router's end. */
  async carrier(link, isThere) {
    const state = isThere ? "up" : "down";
    await ipBatch(this.#of("router"), [`link set ${routerEnd(link)} ${state}`]);
    await this.#untilState(link, isThere ? "up" : "without carrier");
  }

  /** Makes this link the one of the default route. */
  async prefer(link) {
    const { role } = LINKS[link];
    this.#preferred = link;
    await ipBatch(this.#of(role), [preference(link)]);
    const [way] = await ipJson(this.#of(role), "route", "get", SERVER_ADDRESS);
    if (way?.dev !== link) throw new Error(`the way is ${JSON.stringify(way)}, not ${link}`);
  }

  /** Gives a link another address of its block and removes the old one. */
  async changeAddress(link) {
    const { role, table, net } = LINKS[link];
    const old = this.addressOf(link);
    this.#hosts[link] += 1;
    const address = this.addressOf(link);
    await ipBatch(this.#of(role), [
      `address add ${address}/24 dev ${link}`,
      `rule add from ${address} lookup ${table}`,
      `address del ${old}/24 dev ${link}`,
      `rule del from ${old} lookup ${table}`,
      ...this.#routes(link),
    ]);
    const [{ addr_info }] = await ipJson(this.#of(role), "address", "show", "dev", link);
    const has = addr_info.map(({ local }) => local).filter((local) => local.startsWith(net));
    if (has.join() !== address) throw new Error(`${link} has ${has}, not ${address}`);
    await this.#assertRoutes(link);
    return address;
  }

  /** Puts everything up, with Wi-Fi preferred. */
  async restore() {
    const all = Object.keys(LINKS);
    await ipBatch(
      this.#of("router"),
      all.map((link) => `link set ${routerEnd(link)} up`),
    );
    await this.turn({ up: all });
    if (!this.#preferred) return;
    await ipBatch(this.#of(LINKS[this.#preferred].role), [preference(this.#preferred, "del")]);
    this.#preferred = null;
  }

  #of(role) {
    return this.#namespaces.of(role);
  }

  #routes(link) {
    return [...routesOf(link), ...(this.#preferred === link ? [preference(link)] : [])];
  }

  #upLines(link) {
    return [
      `link set ${link} up`,
      `address replace ${this.addressOf(link)}/24 dev ${link}`,
      ...this.#routes(link),
    ];
  }

  async #state(link) {
    const [{ flags }] = await ipJson(this.#of(LINKS[link].role), "link", "show", "dev", link);
    // `operstate` has two names for a lost carrier; the interfaces' numbers decide which.
    if (!flags.includes("UP")) return "down";
    return flags.includes("LOWER_UP") ? "up" : "without carrier";
  }

  #untilState(link, state) {
    const ask = async () => (await this.#state(link)) === state;
    return until(() => this.#state(link).then((now) => `${link} ${state}; it is ${now}`), ask);
  }

  /** Asserts that a packet from the link's address leaves by the link. */
  async #assertRoutes(link) {
    const namespace = this.#of(LINKS[link].role);
    const [way] = await ipJson(
      namespace,
      ...["route", "get", SERVER_ADDRESS, "from", this.addressOf(link)],
    );
    if (way?.dev === link) return;
    const all = await run("ip", ["-n", namespace, "route", "show", "table", "all"]);
    throw new Error(`from ${link} the way is ${JSON.stringify(way)}:\n${all}`);
  }
}
