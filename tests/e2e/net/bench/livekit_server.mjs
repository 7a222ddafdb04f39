// LiveKit's own server in a rig's server namespace.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { timed } from "../timed.mjs";
import { SERVER_ADDRESS } from "../topology.mjs";
import { until } from "../until.mjs";

/** The port of `--dev`. */
const PORT = 7880;
const START_MS = 20_000;

export class LivekitServer {
  #rig;
  #binary;
  #child = null;

  static async start(rig, binary) {
    const server = new LivekitServer(rig, binary);
    await server.#start();
    return server;
  }

  constructor(rig, binary) {
    this.#rig = rig;
    this.#binary = binary;
  }

  /** The address at which browsers reach it: the name that counts as secure. */
  urlFor(secureName) {
    return `ws://${secureName}:${PORT}`;
  }

  async #start() {
    const own = [this.#binary, "--dev", "--bind", SERVER_ADDRESS, "--node-ip", SERVER_ADDRESS];
    const [program, ...words] = [...this.#rig.inside("server"), ...own];
    this.#child = spawn(program, words, { stdio: "ignore" });
    const endWithUs = () => this.#child?.kill("SIGKILL");
    process.once("exit", endWithUs);
    this.#child.once("exit", () => process.off("exit", endWithUs));
    await until("LiveKit's server answers", () => this.#answers(), START_MS);
  }

  async #answers() {
    const agent = await this.#rig.agent("server");
    const url = `http://${SERVER_ADDRESS}:${PORT}/`;
    const asked = agent.ask({ fetch: { url } });
    return asked.then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  /** Kills it without a shutdown. */
  async kill() {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** Kills it without a shutdown and starts it again at once. */
  restart() {
    return timed(async () => {
      await this.kill();
      await this.#start();
    });
  }
}
