// The namespaces of one rig, which are removed however the program that made them ends.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withDeadline } from "../harness/deadline.mjs";
import { run } from "./command.mjs";

/** A name is this, the pid of the program that made the rig, the rig's number, and the role. */
const PREFIX = "holdfast-rig-";
const NAME = /^holdfast-rig-(\d+)-\d+/;
const CLOSE_MS = 10_000;

/** The parts of a rig. */
export const ROLES = ["client", "second", "router", "server"];

/** Ends all that runs in the namespaces `$2…` and removes them and the folder `$1`. */
const REMOVE = `
folder=$1
shift
for name in "$@"; do
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        pids=$(ip netns pids "$name" 2>/dev/null)
        [ -n "$pids" ] || break
        kill -KILL $pids 2>/dev/null
        sleep 0.05
    done
done
for name in "$@"; do ip netns delete "$name" 2>/dev/null; done
rm -rf "$folder"
`;

/** Removes them once its input ends, which happens when its maker ends in any way. */
const GUARD = `trap "" INT TERM HUP\nread -r _\n${REMOVE}`;

let made = 0;

export class Namespaces {
  #guard;
  #name;

  static async make() {
    await sweep();
    made += 1;
    const namespaces = new Namespaces(`${PREFIX}${process.pid}-${made}`);
    await namespaces.#make();
    return namespaces;
  }

  constructor(name) {
    this.#name = name;
  }

  /** The namespace of one of the roles. */
  of(role) {
    if (!ROLES.includes(role)) throw new Error(`no such place: ${role}`);
    return `${this.#name}-${role}`;
  }

  /** A folder that is removed with them. */
  get folder() {
    return join(tmpdir(), this.#name);
  }

  get guardPid() {
    return this.#guard.pid;
  }

  /** Ends whatever still runs in them and removes them. */
  async close() {
    const ended = once(this.#guard, "exit");
    this.#guard.stdin.end();
    await withDeadline(ended, CLOSE_MS, () => `${this.#name}: its guard still runs`);
  }

  async #make() {
    mkdirSync(this.folder, { mode: 0o700 });
    const names = ROLES.map((role) => this.of(role));
    // A process group of its own: Ctrl-C is for the tests; the guard cleans up after them.
    this.#guard = spawn("sh", ["-c", GUARD, "guard", this.folder, ...names], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    await once(this.#guard, "spawn");
    await run("ip", ["-batch", "-"], names.map((name) => `netns add ${name}\n`).join(""));
  }
}

/** Removes rigs whose programs are gone and whose guards ended with them. */
async function sweep() {
  const list = await run("ip", ["netns", "list"]);
  const stale = (name) => {
    const pid = NAME.exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  };
  const names = list.split("\n").map((line) => line.split(" ")[0]);
  for (const name of names.filter(stale)) {
    await run("sh", ["-c", REMOVE, "sweep", join(tmpdir(), NAME.exec(name)[0]), name]);
  }
  for (const name of readdirSync(tmpdir()).filter(stale)) {
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
