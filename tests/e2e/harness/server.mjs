// The real server as a child process.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PATIENCE_MS, withDeadline } from "./deadline.mjs";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
const BINARY = process.env.HOLDFAST_SERVER_BIN ?? "target/debug/holdfast-server";
const WWW = process.env.HOLDFAST_WWW ?? "www";
const SDK = process.env.HOLDFAST_SDK ?? "target/npm/holdfast-rtc";
const LOG_LINES_MAX = 400;

/** Runs on loopback, in the namespace of the test itself. */
const HERE = {
  host: "127.0.0.1",
  port: 0,
  mediaPort: 0,
  publicIP: process.env.HOLDFAST_LOOPBACK ? "127.0.0.1" : null,
  /** The program and arguments that run a command there. */
  command: (program, args) => [program, args],
  /** The origin of pages that a server on this port serves. */
  origin: (port) => `http://localhost:${port}`,
  fetch: async (url, init) => {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  },
};

export class Server {
  #args;
  #sdk;
  #place;
  #secret = randomBytes(32).toString("hex");
  #process = null;
  #exited = null;
  #log = [];
  #port = 0;

  /**
   * @param args More arguments; `["--dev"]` gives tokens to anyone who asks.
   * @param sdk The package that pages get.
   * @param place Where it runs, if not here: some of the fields of `HERE`.
   */
  static async start(args = ["--dev"], sdk = SDK, place = {}) {
    const server = new this(args, sdk, place);
    await server.start();
    return server;
  }

  constructor(args, sdk, place = {}) {
    this.#args = args;
    this.#sdk = sdk;
    this.#place = { ...HERE, ...place };
    this.#port = this.#place.port;
    if (this.#place.secret) this.#secret = this.#place.secret;
  }

  /** The app's secret, in hex. */
  get secret() {
    return this.#secret;
  }

  /** The process ID, while it runs. */
  get pid() {
    return this.#process?.pid;
  }

  get port() {
    return this.#port;
  }

  get url() {
    return this.#place.origin(this.#port);
  }

  /** The last lines it printed. */
  get log() {
    return this.#log.join("\n");
  }

  /** Starts it; after a kill, on the same port and with the same secret. */
  async start() {
    const { host, mediaPort, publicIP, command } = this.#place;
    const args = ["--listen", `${host}:${this.#port}`, "--media-port", String(mediaPort)];
    args.push("--www", WWW, "--sdk", this.#sdk, ...this.#args);
    if (publicIP) args.push("--public-ip", publicIP);
    // Tests must not wait out the usual minute of leeway at a token's end.
    if (!args.includes("--token-leeway")) args.push("--token-leeway", "0");
    const child = spawn(...command(BINARY, args), {
      cwd: PROJECT,
      env: { ...process.env, HOLDFAST_APP_SECRET: this.#secret, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    this.#exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));
    const endWithUs = () => child.kill("SIGKILL");
    process.once("exit", endWithUs);
    child.once("exit", () => process.off("exit", endWithUs));
    this.#port = await withDeadline(
      this.#readPort(child),
      PATIENCE_MS,
      () => `the server is not ready\n${this.log}`,
    );
  }

  /** A token that the server itself makes, with the app's number. */
  devToken(room, user, options = {}) {
    return this.#post("/dev/token", { room, user, ...options });
  }

  /** Removes a user from its room, as the app's own server can. */
  kick(request) {
    return this.#post("/admin/kick", request, { authorization: `Bearer ${this.#secret}` });
  }

  /** Stops it as an operator does; it must end cleanly. */
  async stop() {
    if (!this.#process) return;
    const { code, signal } = await this.#end("SIGTERM");
    if (code !== 0) {
      throw new Error(`SIGTERM: code ${code}, signal ${signal}, not 0\n${this.log}`);
    }
  }

  /** Kills it without a shutdown, as a power cut does. */
  async kill() {
    await this.#end("SIGKILL");
  }

  async #post(path, body, headers = {}) {
    const { host, fetch } = this.#place;
    const { status, text } = await fetch(`http://${host}:${this.#port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (status >= 300) throw new Error(`${path}: HTTP ${status} ${text}`);
    return JSON.parse(text);
  }

  async #end(signal) {
    const child = this.#process;
    this.#process = null;
    child.kill(signal);
    return withDeadline(this.#exited, PATIENCE_MS, () => `still runs after ${signal}\n${this.log}`);
  }

  #readPort(child) {
    return new Promise((resolve, reject) => {
      const read = (line) => {
        this.#log.push(line);
        if (this.#log.length > LOG_LINES_MAX) this.#log.shift();
        const ready = /^ready: http:\/\/[^:]+:(\d+)/.exec(line);
        if (ready) resolve(Number(ready[1]));
      };
      createInterface({ input: child.stdout }).on("line", read);
      createInterface({ input: child.stderr }).on("line", read);
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`the server ended at once\n${this.log}`)));
    });
  }
}
