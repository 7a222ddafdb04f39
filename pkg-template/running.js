// The streams that the app publishes and plays now, and their statistics.

/** @import { Host } from "./host.js" */

/**
 * Whether streams are published or played.
 *
 * @typedef {"publish" | "play"} Side
 */

/**
 * What the scripts read of an entry of a connection's statistics; a browser may lack any of it.
 *
 * @typedef {object} StatsEntry
 * @property {string} type
 * @property {string} [kind]
 * @property {string} [codecId]
 * @property {string} [mimeType]
 * @property {string} [dtlsState]
 * @property {boolean} [nominated]
 * @property {number} [currentRoundTripTime]
 * @property {number} [timestamp]
 * @property {number} [bytesReceived]
 * @property {number} [bytesSent]
 * @property {number} [packetsReceived]
 * @property {number} [packetsSent]
 * @property {number} [packetsLost]
 * @property {number} [fractionLost]
 * @property {number} [jitter]
 * @property {number} [framesPerSecond]
 * @property {number} [frameWidth]
 * @property {number} [frameHeight]
 * @property {number} [framesDecoded]
 * @property {number} [framesDropped]
 * @property {number} [totalFreezesDuration]
 * @property {number} [totalAudioEnergy]
 * @property {number} [totalSamplesDuration]
 */

/**
 * A stream's newest connection and the entries of its statistics.
 *
 * @typedef {object} Statistics
 * @property {RTCPeerConnection | undefined} connection
 * @property {RTCStatsReport | undefined} report
 * @property {StatsEntry[]} entries
 */

/**
 * Keeps `host.running`.
 *
 * @param {Host} host
 */
export function watchRunning(host) {
  host.observe((event, args) => {
    if (event === "publisherStateUpdate") note(host.running.publish, args[0]);
    if (event === "playerStateUpdate") note(host.running.play, args[0]);
  });
}

/**
 * @param {Set<string>} streams
 * @param {{ streamID: string, state: string }} update
 */
function note(streams, { streamID, state }) {
  streams[state.startsWith("NO_") ? "delete" : "add"](streamID);
}

/**
 * The newest connection of a stream and its statistics; between two tries there is neither.
 *
 * @param {Host} host
 * @param {Side} side
 * @param {string} streamID
 * @returns {Promise<Statistics>}
 */
export async function statistics(host, side, streamID) {
  const connection = host.connections(side === "publish", streamID).at(-1);
  const report = await connection?.getStats();
  return { connection, report, entries: [...(report?.values() ?? [])] };
}
