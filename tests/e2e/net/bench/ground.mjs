// Where the benchmark runs: a rig with a delay on every link, the servers, and a browser at each of
// the two clients.

import { join } from "node:path";
import { have } from "../../../interop/programs.mjs";
import { RigBrowser } from "../browser.mjs";
import { Rig } from "../rig.mjs";
import { SERVER_ADDRESS } from "../topology.mjs";
import { LivekitServer } from "./livekit_server.mjs";

export class Ground {
  rig;
  /** "holdfast", and "livekit" if it was wanted and is available; each has `restart()`. */
  servers = {};
  browsers = {};
  isProbed = false;
  /** How often pages were opened; names are made from it. */
  #number = 0;

  /**
   * @param rtt_ms The round trip from each client to the servers.
   * @param isProbed Whether pages query their peer connections all the time (probe.mjs).
   * @param withLivekit Whether to start LiveKit's server, too, if it is available.
   */
  static async open({ rtt_ms, isProbed = false, withLivekit = false }) {
    const ground = new Ground();
    ground.isProbed = isProbed;
    ground.rig = await Rig.open();
    try {
      await ground.rig.shape("all", { delay_ms: rtt_ms / 2 });
      ground.servers.holdfast = await ground.rig.startServer();
      if (withLivekit) await ground.#startLivekit();
      for (const role of ["client", "second"]) {
        ground.browsers[role] = await RigBrowser.launch(ground.rig, { role });
      }
      return ground;
    } catch (error) {
      await ground.close();
      throw error;
    }
  }

  /** Holdfast's own server. */
  get server() {
    return this.servers.holdfast;
  }

  async #startLivekit() {
    const { folder } = await have("livekit");
    if (folder) this.servers.livekit = await LivekitServer.start(this.rig, join(folder, "server"));
  }

  /** A name that nothing had before. */
  name(word) {
    this.#number += 1;
    return `${word}-${this.#number}`;
  }

  /** A token for one stream and direction: `{ room, user, stream, direction }`. */
  async streamToken(request) {
    const agent = await this.rig.agent("server");
    const url = `http://${SERVER_ADDRESS}:${this.server.port}/dev/stream-token`;
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(request) };
    const { status, text } = await agent.ask({ fetch: { url, init } });
    if (status >= 300) throw new Error(`no stream token: HTTP ${status} ${text}`);
    return JSON.parse(text).token;
  }

  async close() {
    const browsers = Object.values(this.browsers);
    await Promise.allSettled(browsers.map((browser) => browser.close()));
    await this.servers.livekit?.kill();
    await this.rig.close();
  }
}
