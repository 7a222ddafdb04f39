// A helper program that answers each line of JSON it gets with a line of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { withDeadline } from "../harness/deadline.mjs";

const ANSWER_MS = 10_000;
const COMPLAINTS_MAX = 50;

export class LineProgram {
  #child;
  #exited;
  #waiting = [];
  #complaints = [];

  /** Starts it; its first line must be `{"ready":true}`. */
  static async start(program, args) {
    const started = new LineProgram(program, args);
    await started.#next("ready");
    return started;
  }

  constructor(program, args) {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    this.#exited = once(child, "close").catch(() => {});
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line));
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      this.#complaints.push(line);
      if (this.#complaints.length > COMPLAINTS_MAX) this.#complaints.shift();
    });
    // The exit handler reports it, with the program's error output.
    child.stdin.on("error", () => {});
    const end = (why) => {
      const reason = new Error(`${program} ended: ${why}\n${this.#complaints.join("\n")}`);
      for (const { reject } of this.#waiting.splice(0)) reject(reason);
    };
    child.once("error", end);
    child.once("close", (code, signal) => end(signal ?? `code ${code}`));
  }

  get pid() {
    return this.#child.pid;
  }

  /** Sends it a question and returns the answer; an answer with `error` is thrown. */
  async ask(question, deadline_ms = ANSWER_MS) {
    const answer = this.#next(JSON.stringify(question), deadline_ms);
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const { error, ...rest } = await answer;
    if (error) throw new Error(`${JSON.stringify(question)}: ${error}`);
    return rest;
  }

  /** Ends it by closing its input. */
  async close() {
    this.#child.stdin.end();
    await withDeadline(this.#exited, ANSWER_MS, () => `${this.#child.spawnfile} still runs`);
  }

  #next(what, deadline_ms = ANSWER_MS) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      throw new Error(`${this.#child.spawnfile} has ended\n${this.#complaints.join("\n")}`);
    }
    const answered = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    const late = () => `no answer to ${what}\n${this.#complaints.join("\n")}`;
    return withDeadline(answered, deadline_ms, late);
  }
}
