/** @import { StatsEntry } from "./running.js" */

/**
 * The bytes received by all entries of the first of these kinds for which a browser counts any, or
 * 0: Firefox drops candidate pairs when their network is gone. A node's last message, which closes
 * the session, is no sign of life; Chromium shows it by `dtlsState` alone (MEDIA-09).
 *
 * @param {{ values(): Iterable<StatsEntry> }} stats
 * @param {...(string | undefined)} kinds
 */
export function bytesReceived(stats, ...kinds) {
  const entries = [...stats.values()];
  if (entries.some(({ dtlsState }) => dtlsState === "closed")) return 0;
  /** @param {string | undefined} kind */
  const sum = (kind) =>
    entries.reduce(
      (sum, { type, bytesReceived }) => sum + (type === kind && bytesReceived ? bytesReceived : 0),
      0,
    );
  return kinds.map(sum).find(Boolean) ?? 0;
}
