// The streams that the app publishes and plays now, and their statistics.

/** Keeps `host.running`: the IDs of the published (true) and the played (false) streams. */
export function watchRunning(host) {
  host.running = { true: new Set(), false: new Set() };
  host.observe((event, [update]) => {
    const isPublisher = event === "publisherStateUpdate";
    if (!isPublisher && event !== "playerStateUpdate") return;
    const streams = host.running[isPublisher];
    streams[update.state.startsWith("NO_") ? "delete" : "add"](update.streamID);
  });
}

/** The newest connection of a stream and its statistics; between two tries there is neither. */
export async function statistics(host, isPublisher, streamID) {
  const connection = host.connections(isPublisher, streamID).at(-1);
  const report = await connection?.getStats();
  return { connection, report, entries: [...(report?.values() ?? [])] };
}
