// Gets the programs of programs.mjs, each within its time, and says what cannot be had and why:
//
//   node tests/interop/obtain.mjs [NAME…]
//
// What is there already is not fetched again. It never fails: the tests of what is missing skip.

import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fingerprint, folderOf, have, PROGRAMS, REASON, STAMP } from "./programs.mjs";

const ERROR_CHARS_MAX = 300;

// Ends what it started, too.
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

/** Why it cannot be had, or null once it is there. */
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

/** What went wrong with a command, or null. */
function run(program, args, variables, limit_ms) {
  return new Promise((resolve) => {
    // A group of its own, so that its compilers end with it.
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
        // It has ended by itself.
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
