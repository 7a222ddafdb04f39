// What scripts do for the module at the room server (`src/web/server.rs`).

import { MESSAGES } from "./messages.js";
import { Session } from "./session.js";
import { resolved } from "./whip.js";

/** The room server at these addresses: the room link's, and the one that paths are relative to. */
export const serverAt = ([roomUrl, baseUrl]) => ({
  roomUrl,
  baseUrl,
  ...MESSAGES,

  /** A session at a node: its address is absolute, or a path below the server's prefix. */
  open: (connection, tell, url, authorization) =>
    new Session(connection, tell, resolved(url.replace(/^\//, ""), baseUrl) || url, authorization),

  /** Ends a session of the room: a WebSocket's last words may be lost with its page (ROOM-13). */
  leave: (session, secret) => navigator.sendBeacon(`${baseUrl}leave`, `${session} ${secret}`),
});
