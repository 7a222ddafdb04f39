// How the namespaces are joined, and their addresses.
//
//   client: wifi0 10.77.1.2 ═ veth ═ rwifi0 10.77.1.1 ┐
//           cell0 10.77.2.2 ═ veth ═ rcell0 10.77.2.1 ├ router: srv0 10.77.3.1 ═ emulator ═ srv0 10.77.3.2 :server
//   second: eth0  10.77.4.2 ═ veth ═ reth0  10.77.4.1 ┘
//
// The client routes by source address, as phones do, and the router is strict about where a
// source address may come from. Without both, packets of an interface that is down would
// leave by the other one, and media would flow one way for seconds.

import { ipBatch, run, setKernel } from "./command.mjs";

export const SERVER_ADDRESS = "10.77.3.2";

/** The interfaces of the clients. The default route with the lowest metric is used. */
export const LINKS = {
  wifi0: { role: "client", net: "10.77.1", table: 101, metric: 100 },
  cell0: { role: "client", net: "10.77.2", table: 102, metric: 200 },
  eth0: { role: "second", net: "10.77.4", table: 104, metric: 100 },
};

/** The metric of a preferred default route, beside the link's usual one. */
const METRIC_PREFERRED = 50;
/** How long until a neighbour is asked again for its hardware address. */
const ASK_AGAIN_MS = 20;

/** The paths that the emulator knows: one for each interface, whatever its address. */
export const PATHS = Object.entries(LINKS).map(([name, { net }]) => `${name}=${net}.0/24`);

export function gatewayOf(link) {
  return `${LINKS[link].net}.1`;
}

/** The router's end of a link. */
export function routerEnd(link) {
  return `r${link}`;
}

/** The lines of `ip` that give an interface its routes; a link that goes down loses them. */
export function routesOf(link) {
  const { table, metric } = LINKS[link];
  return [
    `route replace ${defaultVia(link)} metric ${metric}`,
    `route replace ${defaultVia(link)} table ${table}`,
  ];
}

/** The line that puts a link's default route before all others, or undoes that. */
export function preference(link, verb = "replace") {
  return `route ${verb} ${defaultVia(link)} metric ${METRIC_PREFERRED}`;
}

function defaultVia(link) {
  return `default via ${gatewayOf(link)} dev ${link}`;
}

/** Joins the clients to the router. */
export async function joinClients(namespaces) {
  const router = namespaces.of("router");
  for (const role of ["client", "second"]) {
    const namespace = namespaces.of(role);
    await setKernel(namespace, {
      "net/ipv6/conf/all/disable_ipv6": 1,
      "net/ipv6/conf/default/disable_ipv6": 1,
      // Network managers do this when a cable is pulled at its other end.
      "net/ipv4/conf/all/ignore_routes_with_linkdown": 1,
      // Packets that carry one link's address but leave by another must not make it ask for its gateway
      // in that address's name: nobody would answer, and the link would be dead for 3 s.
      "net/ipv4/conf/all/arp_announce": 2,
      // An address can be removed without taking the interface's other addresses with it.
      "net/ipv4/conf/all/promote_secondaries": 1,
    });
    const links = Object.keys(LINKS).filter((link) => LINKS[link].role === role);
    const lines = links.flatMap((link) => [
      `link add ${link} type veth peer name ${routerEnd(link)} netns ${router}`,
      `address add ${LINKS[link].net}.2/24 dev ${link}`,
      `link set ${link} up`,
      `rule add from ${LINKS[link].net}.2 lookup ${LINKS[link].table}`,
      ...routesOf(link),
    ]);
    await ipBatch(namespace, ["link set lo up", ...lines]);
    // The first answer of a neighbour may be lost on a link that has just come up. Asking again only
    // after a second would be a delay made by the harness, not by the network.
    const patience = (link) => [`net/ipv4/neigh/${link}/retrans_time_ms`, ASK_AGAIN_MS];
    await setKernel(namespace, Object.fromEntries(links.map(patience)));
  }
  await ipBatch(
    router,
    Object.keys(LINKS).flatMap((link) => [
      `address add ${gatewayOf(link)}/24 dev ${routerEnd(link)}`,
      `link set ${routerEnd(link)} up`,
    ]),
  );
  const strict = Object.keys(LINKS).map((link) => [
    `net/ipv4/conf/${routerEnd(link)}/rp_filter`,
    1,
  ]);
  await setKernel(router, {
    "net/ipv6/conf/all/disable_ipv6": 1,
    "net/ipv4/ip_forward": 1,
    "net/ipv4/conf/all/rp_filter": 0,
    ...Object.fromEntries(strict),
  });
}

/** Joins the server to the router; the emulator's devices must exist. */
export async function joinServer(namespaces) {
  const server = namespaces.of("server");
  await setKernel(server, { "net/ipv6/conf/all/disable_ipv6": 1 });
  await ipBatch(namespaces.of("router"), [
    "link set lo up",
    "address add 10.77.3.1/24 dev srv0",
    "link set srv0 up",
  ]);
  await ipBatch(server, [
    "link set lo up",
    `address add ${SERVER_ADDRESS}/24 dev srv0`,
    "link set srv0 up",
    "route add default via 10.77.3.1",
  ]);
}

/** Whether namespaces can be made here; if not, why. */
export async function whyNoRigs() {
  if (process.getuid?.() !== 0) return "only root can make network namespaces";
  const name = `holdfast-rig-${process.pid}-0-try`;
  try {
    await run("nft", ["--version"]);
    await run("ip", ["netns", "add", name]);
  } catch (error) {
    return error.message;
  }
  try {
    await run("ip", ["netns", "exec", name, "nft", "add", "table", "ip", "try"]);
    await run("ip", ["-n", name, "tuntap", "add", "try0", "mode", "tun"]);
    return "";
  } catch (error) {
    return error.message;
  } finally {
    await run("ip", ["netns", "delete", name]);
  }
}
