// Packets that the router drops silently, or answers with a reset, by nft.

import { run } from "./command.mjs";
import { routerEnd } from "./topology.mjs";
import { until } from "./until.mjs";

const CHAIN = ["ip", "holdfast", "forward"];
const PROTOCOLS = { tcp: "meta l4proto tcp", udp: "meta l4proto udp", all: "" };
/** Data of an established connection, not the ACK or the FIN of one that carries nothing more. */
const DATA = "meta l4proto tcp tcp flags & psh == psh";

export class Filter {
  #namespace;

  static async open(namespaces) {
    const filter = new Filter(namespaces.of("router"));
    await filter.#nft(["add", "table", "ip", "holdfast"]);
    const hook = "{ type filter hook forward priority 0 ; policy accept ; }";
    await filter.#nft(["add", "chain", ...CHAIN, ...hook.split(" ")]);
    return filter;
  }

  constructor(namespace) {
    this.#namespace = namespace;
  }

  /** Drops packets of a link. @param direction "up" or "down" */
  drop(link, protocol, direction) {
    return this.#add(`${side(link, direction)} ${PROTOCOLS[protocol]} counter drop`);
  }

  /** Answers data of a link's connections with a reset. */
  reset(link, direction) {
    return this.#add(`${side(link, direction)} ${DATA} counter reject with tcp reset`);
  }

  /** Removes all rules. */
  async clear() {
    await this.#nft(["flush", "chain", ...CHAIN]);
    const left = await this.#rules();
    if (left.length > 0) throw new Error(`rules are left: ${JSON.stringify(left)}`);
  }

  async #add(rule) {
    const said = await this.#nft([
      "-e",
      "-a",
      "add",
      "rule",
      ...CHAIN,
      ...rule.split(" ").filter(Boolean),
    ]);
    const handle = Number(/# handle (\d+)/.exec(said)?.[1]);
    if (!handle) throw new Error(`nft names no handle: ${said}`);
    return new Rule(rule, handle, this);
  }

  /** @internal for `Rule` */
  async find(handle) {
    const rule = (await this.#rules()).find((known) => known.handle === handle);
    return rule?.expr.find((part) => part.counter)?.counter.packets;
  }

  /** @internal for `Rule` */
  async remove(handle) {
    await this.#nft(["delete", "rule", ...CHAIN, "handle", String(handle)]);
  }

  async #rules() {
    const { nftables } = JSON.parse(await this.#nft(["-j", "list", "chain", ...CHAIN]));
    return nftables.flatMap(({ rule }) => rule ?? []);
  }

  #nft(words) {
    return run("ip", ["netns", "exec", this.#namespace, "nft", ...words]);
  }
}

/** One rule, until it is lifted. */
class Rule {
  #handle;
  #filter;
  text;

  constructor(text, handle, filter) {
    this.text = text;
    this.#handle = handle;
    this.#filter = filter;
  }

  /** How many packets it has hit. */
  async packets() {
    const packets = await this.#filter.find(this.#handle);
    if (packets === undefined) throw new Error(`the rule is gone: ${this.text}`);
    return packets;
  }

  /** Waits until it hits a packet; `provoke` sends one over and over. */
  untilHit(provoke = () => {}, deadline_ms = 5000) {
    const ask = async () => {
      await provoke();
      return (await this.packets()) > 0;
    };
    return until(`a packet that this hits: ${this.text}`, ask, deadline_ms);
  }

  lift() {
    return this.#filter.remove(this.#handle);
  }
}

function side(link, direction) {
  if (direction === "up") return `iifname ${routerEnd(link)}`;
  if (direction === "down") return `oifname ${routerEnd(link)}`;
  throw new Error(`no such direction: ${direction}`);
}
