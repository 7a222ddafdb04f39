// A third party's program as a child process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { PATIENCE_MS, withDeadline } from "../e2e/harness/deadline.mjs";

const LOG_LINES_MAX = 200;
const POLL_MS = 20;

export class Program {
  static #running = new Set();
  #command;
  #options;
  #process = null;
  #exited = null;
  #log = [];
  #waits = new Set();

  /**
   * @param command The program and its arguments.
   * @param options `port`: the TCP port it listens on once it is ready; `env`: more variables.
   */
  constructor(command, options = {}) {
    this.#command = command;
    this.#options = options;
  }

  /** The last lines it wrote. */
  get log() {
    return this.#log.join("\n");
  }

  /** Ends all running programs, for after a test. */
  static async killAll() {
    await Promise.all([...Program.#running].map((program) => program.kill()));
  }

  /** Starts it; after a kill, again. */
  async start() {
    const [program, ...args] = this.#command;
    const { port } = this.#options;
    if (port && (await listens(port))) throw new Error(`something else listens on ${port}`);
    const child = spawn(program, args, {
      env: { ...process.env, ...this.#options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process = child;
    Program.#running.add(this);
    this.#exited = once(child, "exit");
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    child.once("exit", () => process.removeListener("exit", kill));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.#read(line));
    }
    if (port) await this.#untilListening(child, port);
  }

  /** Waits for a matching line that it writes from now on. */
  untilLine(pattern, deadline_ms = PATIENCE_MS) {
    const wait = { pattern };
    const found = new Promise((resolve) => {
      wait.resolve = resolve;
    });
    this.#waits.add(wait);
    return withDeadline(found, deadline_ms, () => `no line ${pattern}\n${this.log}`).finally(() =>
      this.#waits.delete(wait),
    );
  }

  /** Ends its input, which asks it to exit, and waits for `lastLine` and for the exit. */
  async endInput(lastLine) {
    const said = this.untilLine(lastLine);
    this.#process.stdin.end();
    await said;
    await withDeadline(this.#exited, PATIENCE_MS, () => `it does not end\n${this.log}`);
    await this.kill();
  }

  /** Kills it without warning, as a crash would. */
  async kill() {
    const child = this.#process;
    if (!child) return;
    this.#process = null;
    Program.#running.delete(this);
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await this.#exited;
  }

  #read(line) {
    this.#log.push(line);
    if (this.#log.length > LOG_LINES_MAX) this.#log.shift();
    for (const wait of this.#waits) if (wait.pattern.test(line)) wait.resolve(line);
  }

  async #untilListening(child, port) {
    const end_ms = Date.now() + PATIENCE_MS;
    while (!(await listens(port))) {
      const isOver = child.exitCode !== null || child.signalCode !== null;
      if (isOver || Date.now() > end_ms) {
        throw new Error(`${this.#command[0]} does not listen on ${port}\n${this.log}`);
      }
      await delay(POLL_MS);
    }
  }
}

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export async function freePort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const tell = (outcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once("connect", () => tell(true));
    socket.once("error", () => tell(false));
  });
}
