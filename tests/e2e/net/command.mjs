// Programs that run to their end.

import { spawn } from "node:child_process";

/** How long a short program may take. */
const LIMIT_MS = 20_000;

/** Runs a program and returns its output; an error contains the command and its complaint. */
export function run(program, args, input = "") {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { timeout: LIMIT_MS, killSignal: "SIGKILL" });
    const printed = [];
    const complained = [];
    child.stdout.on("data", (chunk) => printed.push(chunk));
    child.stderr.on("data", (chunk) => complained.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(printed).toString());
      const words = [program, ...args].join(" ");
      const reason = Buffer.concat(complained).toString().trim();
      reject(new Error(`${words}: ${signal ?? `code ${code}`}: ${reason}\n${input}`));
    });
    // A program that ends without reading its input is judged by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** Runs lines of `ip` in a namespace; the first that fails ends it. */
export function ipBatch(namespace, lines) {
  return run("ip", ["-n", namespace, "-batch", "-"], `${lines.join("\n")}\n`);
}

/** The output of `ip -json` in a namespace. */
export async function ipJson(namespace, ...words) {
  const printed = await run("ip", ["-n", namespace, "-json", ...words]);
  return printed.trim() ? JSON.parse(printed) : [];
}

/** Sets kernel variables of a namespace, named by their path under /proc/sys. */
export function setKernel(namespace, values) {
  const lines = Object.entries(values).map(([path, value]) => `echo ${value} > /proc/sys/${path}`);
  return run("ip", ["netns", "exec", namespace, "sh", "-e"], `${lines.join("\n")}\n`);
}
