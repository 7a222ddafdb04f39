// partysocket and reconnecting-websocket with their defaults, on our own server's room endpoint.
// The login rides in the subprotocols, so each connection they open is a login, and the server's
// first message is its acceptance. They know nothing more of the protocol.
//
// "lost" is the close event, the only thing they tell an app. "back" is any message from the server:
// a generous reading, since a program that never told a loss need not tell a return.

import { BenchPage } from "./page.mjs";
import { Pair } from "./pair.mjs";
import { scriptOf } from "./script.mjs";

const SUBPROTOCOL = "holdfast.v1";
const LOGIN_ENTRY = "login.";

export const partysocket = socketProgram("partysocket", "partysocket", "WebSocket");
export const reconnectingWebSocket = socketProgram(
  "reconnecting-websocket",
  "reconnecting-websocket",
  "default",
);

function socketProgram(name, packageName, className) {
  return {
    name,
    cuts: ["publisher"],
    hasRow: (row) => ["a", "b", "f-kill"].includes(row),
    whyNot: async () => null,
    openPair: async (ground, cut) => {
      const script = await scriptOf(packageName);
      const pages = [await BenchPage.open(ground, "client", script)];
      return new SocketPair(ground, cut, pages, className);
    },
  };
}

/** A bare WebSocket's subprotocols for a login: the room link of docs/protocol.md. */
export async function loginProtocols(ground) {
  const room = ground.name("room");
  const user = ground.name("user");
  const { app, token } = await ground.server.devToken(room, user);
  const login = { app, room, user: { id: user, name: user }, token, user_update: true };
  const entry = Buffer.from(JSON.stringify(login)).toString("base64url");
  return [SUBPROTOCOL, LOGIN_ENTRY + entry];
}

/** There is no other side: the pair has a publisher only, which publishes nothing. */
class SocketPair extends Pair {
  linked = ["publisher"];
  hasMedia = false;
  #className;

  constructor(ground, cut, pages, className) {
    super(ground, cut, pages);
    this.#className = className;
  }

  renew() {
    return this.near.renew();
  }

  async begin() {
    await this.renew();
    const protocols = await loginProtocols(this.ground);
    await this.near.run(open, { className: this.#className, protocols });
    await this.near.whenTold(["back"]);
  }

  async account(since_ms) {
    return { publisher: await this.near.toldSince(since_ms) };
  }

  close() {
    return this.near.close();
  }
}

// Runs in the page.
function open({ className, protocols }) {
  const url = `${location.origin.replace(/^http/, "ws")}/room`;
  const socket = new globalThis.Package[className](url, protocols);
  globalThis.socket = socket;
  socket.addEventListener("close", () => globalThis.tell("lost"));
  socket.addEventListener("message", () => globalThis.tell("back"));
}
