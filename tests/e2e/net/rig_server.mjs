// A server, or a media node, in a rig's server namespace.

import { Server } from "../harness/server.mjs";
import { isAlive, pauseTree, resumeTree } from "./processes.mjs";
import { timed } from "./timed.mjs";
import { mintRoomToken } from "./token.mjs";
import { SERVER_ADDRESS } from "./topology.mjs";

export const SERVER_PORT = 8080;
/** Pages from here count as secure although they are not; browsers are told the real address. */
export const SECURE_NAME = "app.localhost";
/** The app's number; the server's default. */
const APP = 1;

export class RigServer extends Server {
  /** @param secret The app's secret in hex, for programs that share one. */
  static startIn(rig, { args = ["--dev"], port = SERVER_PORT, sdk, secret } = {}) {
    const namespace = rig.namespaces.of("server");
    return RigServer.start(args, sdk, {
      host: SERVER_ADDRESS,
      port,
      // Each program has a media port of its own, which is the same after a restart.
      mediaPort: port + 1000,
      publicIP: SERVER_ADDRESS,
      command: (program, words) => ["ip", ["netns", "exec", namespace, program, ...words]],
      origin: (at) => `http://${SECURE_NAME}:${at}`,
      fetch: async (url, init) => (await rig.agent("server")).ask({ fetch: { url, init } }),
      secret,
    });
  }

  /** Made in this process, so that no fault can stop it. */
  async devToken(room, user, options) {
    return { app: APP, token: mintRoomToken(this.secret, APP, room, user, options) };
  }

  /** Pauses it as a debugger does: its connections stay, and it answers nothing. */
  pause() {
    return timed(() => pauseTree(this.#running()));
  }

  resume() {
    return timed(() => resumeTree(this.#running()));
  }

  /** Kills it without a shutdown. */
  kill() {
    return timed(async () => {
      const pid = this.#running();
      await super.kill();
      if (isAlive(pid)) throw new Error(`the server ${pid} is still there`);
    });
  }

  /** Kills it without a shutdown and starts it again at once. */
  async restart() {
    const { at_ms } = await this.kill();
    const { seen_ms } = await timed(() => this.start());
    return { at_ms, seen_ms };
  }

  #running() {
    if (!this.pid) throw new Error("the server does not run");
    return this.pid;
  }
}
