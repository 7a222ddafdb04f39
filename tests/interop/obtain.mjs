// Gets the programs of programs.mjs, each within its time limit, and says which it lacks and why:
//
//   node tests/interop/obtain.mjs [NAME…]
//
// Programs that are there are not fetched again. It never fails: tests of missing programs skip.

import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fingerprint, folderOf, have, PROGRAMS, REASON, STAMP } from "./programs.mjs";

const ERROR_CHARS_MAX = 300;

// Exiting also ends the programs started here.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PROGRAMS)) {
  const begun_ms = Date.now();
  await obtain(name);
  const { reason } = await have(name);
  const seconds = ((Date.now() - begun_ms) / 1000).toFixed(1);
  console.log(reason ?? `${name}: there (${seconds} s)`);
}

async function obtain(name) {
  if (!(await have(name)).reason) return;
  const folder = folderOf(name);
  await mkdir(folder, { recursive: true });
  const reason = await get(name, folder);
  if (reason) {
    await writeFile(join(folder, REASON), reason);
    return;
  }
  await rm(join(folder, REASON), { force: true });
  await writeFile(join(folder, STAMP), await fingerprint(name));
}

/** Gets a program; returns null, or why that failed. */
async function get(name, folder) {
  const { only_if, limit_ms, steps } = PROGRAMS[name];
  if (only_if && !process.env[only_if]) return `it takes long; fetched only if ${only_if}=1`;
  const end_ms = Date.now() + limit_ms;
  for (const [program, args, variables] of steps(folder)) {
    const fault = await run(program, args, variables, end_ms - Date.now());
    if (fault) return fault;
  }
  return null;
}

/** Runs a command; returns null, or what went wrong. */
function run(program, args, variables, limit_ms) {
  return new Promise((resolve) => {
    // In its own process group, so that its compilers end with it.
    const child = spawn(program, args, {
      detached: true,
      env: { ...process.env, ...variables },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (data) => {
      errors = `${errors}${data}`.slice(-ERROR_CHARS_MAX);
    });
    const end = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // The process has ended by itself.
      }
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, limit_ms);
    process.once("exit", end);
    const settle = (fault) => {
      clearTimeout(timer);
      process.removeListener("exit", end);
      resolve(fault);
    };
    child.once("error", (error) => settle(error.message));
    child.once("close", (code) => {
      const words = errors.trim().replaceAll(/\s+/g, " ");
      if (isLate) settle(`${program} took too long`);
      else settle(code === 0 ? null : `${program}: ${words || `code ${code}`}`);
    });
  });
}
