// What pages saw, for the error message of a scene that failed.

/** Runs a scene; if it fails, its error says what these clients' pages and the server saw. */
export async function explained(clients, server, play) {
  const from_ms = Date.now();
  try {
    return await play();
  } catch (error) {
    const told = await Promise.all(clients.map((client) => evidence(client, from_ms)));
    throw new Error([error.message, ...told, "— server", server.log].join("\n"), { cause: error });
  }
}

async function evidence(client, from_ms) {
  const time = (at_ms) => ((at_ms - from_ms) / 1000).toFixed(2);
  const seen = await client.page
    .evaluate(lookInPage, from_ms)
    .catch(({ message }) => ({ message }));
  const events = client.events
    .filter(({ at_ms }) => at_ms >= from_ms)
    .map(({ name, args, at_ms }) => `${time(at_ms)} ${name} ${JSON.stringify(args)}`);
  const life = client.life
    .filter(({ at_ms }) => at_ms >= from_ms)
    .map(({ name, at_ms }) => `${time(at_ms)} ${name}`);
  const lines = Object.entries(seen).map(([name, what]) => `${name}: ${JSON.stringify(what)}`);
  return [`— ${client.userID}, s since the fault`, ...life, ...events, ...lines].join("\n");
}

/** Runs in the page. */
async function lookInPage(from_ms) {
  const start_s = (Date.now() - performance.now() - from_ms) / 1000;
  const s = (at_ms) => Number((start_s + at_ms / 1000).toFixed(2));
  const requests = performance
    .getEntriesByType("resource")
    .filter(({ name, startTime }) => /whip|whep/.test(name) && s(startTime) > -1)
    .map(({ name, startTime, responseEnd, responseStatus }) =>
      [name.replace(/\?.*/, ""), s(startTime), s(responseEnd), responseStatus].join(" "),
    );
  const peers = [];
  for (const peer of globalThis.peers.slice(-8)) {
    const { connectionState, iceConnectionState, signalingState } = peer;
    const said = { connectionState, iceConnectionState, signalingState };
    if (connectionState !== "closed") Object.assign(said, summary(await peer.getStats()));
    peers.push(said);
  }
  const timeline = globalThis.engine
    .timeline()
    .filter(({ atMs }) => s(atMs) > -1 || atMs > 1e12)
    .map((entry) => JSON.stringify(entry));
  return { requests, peers, timeline };

  function summary(report) {
    const entries = [...report.values()];
    const byID = new Map(entries.map((entry) => [entry.id, entry]));
    const address = (id) => `${byID.get(id)?.address}:${byID.get(id)?.port}`;
    const local = entries.filter(({ type }) => type === "local-candidate");
    const pairs = entries.filter(({ type }) => type === "candidate-pair");
    const video = entries.filter(({ type, kind }) => /bound-rtp$/.test(type) && kind === "video");
    return {
      local: local.map(({ id }) => address(id)),
      pairs: pairs.map((pair) =>
        [
          `${address(pair.localCandidateId)} ${address(pair.remoteCandidateId)} ${pair.state}`,
          `asked ${pair.requestsSent} answered ${pair.responsesReceived}`,
          `bytes ${pair.bytesSent} ${pair.bytesReceived}${pair.nominated ? " nominated" : ""}`,
        ].join(", "),
      ),
      video: video.map(({ type, framesEncoded, framesDecoded }) =>
        [type, framesEncoded ?? framesDecoded].join(" "),
      ),
    };
  }
}
