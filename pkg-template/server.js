// The room server, as the module uses it through scripts (`src/web/server.rs`).

import { obstacleAt } from "./probe.js";
import { bytesReceived } from "./received.js";

/** Hosts that browsers trust without TLS. */
const LOOPBACK = /^ws:\/\/(localhost|[^/:]+\.localhost|127(\.\d+){3}|\[::1\])[:/]/;

/**
 * The room server at these addresses: the room link's, and the base URL for relative paths.
 *
 * @param {readonly [roomUrl: string, baseUrl: string]} addresses
 */
export const serverAt = ([roomUrl, baseUrl]) => ({
  roomUrl,
  baseUrl,
  bytesReceived,

  /**
   * Finds out why no room link can be opened; `tell` is called once.
   *
   * @param {string} protocol
   * @param {(obstacle: string) => void} tell
   */
  async probe(protocol, tell) {
    tell(await obstacleAt(baseUrl, protocol));
  },

  /** Whether the browser blocks the room link because this page is secure and the link is not. */
  get isMixedContent() {
    const { protocol } = globalThis.location ?? {};
    return protocol === "https:" && roomUrl.startsWith("ws:") && !LOOPBACK.test(roomUrl);
  },

  /**
   * Whether the page's Content-Security-Policy has just forbidden the room link.
   *
   * @param {SecurityPolicyViolationEvent} violation
   */
  isForbidden: ({ disposition, blockedURI }) =>
    disposition === "enforce" && /^wss?/.test(blockedURI) && roomUrl.startsWith(blockedURI),

  /**
   * Ends a room session: a WebSocket's last message may be lost with its page (ROOM-13).
   *
   * @param {string} session
   * @param {string} secret
   */
  leave: (session, secret) => navigator.sendBeacon(`${baseUrl}leave`, `${session} ${secret}`),
});
