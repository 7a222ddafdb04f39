// Finds out what answers at a server's address if no room link could be opened.

const TIMEOUT_MS = 5000;

/**
 * The name of the obstacle to this protocol at the address (`Obstacle` in `src/machine/io.rs`).
 *
 * @param {string} baseUrl
 * @param {string} protocol
 */
export async function obstacleAt(baseUrl, protocol) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  /** @param {RequestMode} mode */
  const ask = (mode) =>
    fetch(`${baseUrl}health`, { mode, signal, cache: "no-store", credentials: "omit" });
  const answer = await ask("cors").catch(() => {});
  // A server that lets no other origin read its answer (CORS) may still be there.
  if (!answer) return (await ask("no-cors").catch(() => {})) ? "not-holdfast" : "no-server";
  if (answer.status === 404) return "wrong-path";
  if (answer.status >= 500) return "no-server"; // a proxy says so
  /** @type {{ protocol?: unknown } | null | undefined} */
  const health = await answer.json().catch(() => {});
  if (health?.protocol === protocol) return "no-websocket";
  return /^holdfast\./.test(String(health?.protocol)) ? "other-version" : "not-holdfast";
}
