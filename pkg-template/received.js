/**
 * Bytes received by all of the first of these kinds that a browser counts, or 0: Firefox has no pairs
 * any more when their network is gone. A node's last word, that it closed the session, is no sign of
 * life, and Chromium tells of it by `dtlsState` alone (MEDIA-09).
 */
export function bytesReceived(stats, ...kinds) {
  const entries = [...stats.values()];
  if (entries.some(({ dtlsState }) => dtlsState === "closed")) return 0;
  const sum = (kind) =>
    entries.reduce(
      (sum, { type, bytesReceived }) => sum + (type === kind && bytesReceived ? bytesReceived : 0),
      0,
    );
  return kinds.map(sum).find(Boolean) ?? 0;
}
