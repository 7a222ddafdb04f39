// The path of a page's media: the pair of candidates that each of its peer connections uses.

import assert from "node:assert/strict";
import { until } from "./until.mjs";

/**
 * For each connected peer connection of the page: `{ local, remote, port }`, the addresses
 * and the port at the far end.
 */
export function mediaRoutes(client) {
  return client.page.evaluate(routesInPage);
}

/** The client's link that all its media takes: "wifi0" or "cell0". */
export async function mediaLink(stage, client) {
  const routes = await until("media's way", async () => {
    const found = await mediaRoutes(client);
    return found.length > 0 && found;
  });
  const links = ["wifi0", "cell0"].filter((link) =>
    routes.some(({ local }) => local === stage.rig.addressOf(link)),
  );
  assert.equal(links.length, 1, `media takes one of the links: ${JSON.stringify(routes)}`);
  return links[0];
}

async function routesInPage() {
  const routes = [];
  for (const peer of globalThis.peers) {
    if (peer.connectionState !== "connected") continue;
    const entries = new Map();
    for (const entry of (await peer.getStats()).values()) entries.set(entry.id, entry);
    const all = [...entries.values()];
    const transport = all.find(({ type }) => type === "transport");
    // Firefox has no selected pair in the transport, but marks the pair itself.
    const pair =
      entries.get(transport?.selectedCandidatePairId) ??
      all.find(({ type, selected }) => type === "candidate-pair" && selected);
    const local = entries.get(pair?.localCandidateId);
    const remote = entries.get(pair?.remoteCandidateId);
    if (local && remote) {
      routes.push({ local: local.address, remote: remote.address, port: remote.port });
    }
  }
  return routes;
}
