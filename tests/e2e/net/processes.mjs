// Programs put to sleep, woken and ended, with proof.

import { readdirSync, readFileSync } from "node:fs";
import { until } from "./until.mjs";

/** Puts a program and all it started to sleep, as a laptop's lid does. */
export async function pauseTree(pid) {
  let count = 0;
  // What it starts while this goes on is caught the next time round.
  await until(`${pid} and its children stand still`, () => {
    // One that has ended stays in the tree until its parent, asleep by now, asks for its outcome.
    const alive = treeOf(pid).filter(isAlive);
    for (const one of alive) if (stateOf(one) !== "T") signal(one, "SIGSTOP");
    const quiet = alive.length > 0 && alive.every((one) => stateOf(one) === "T");
    const same = alive.length === count;
    count = alive.length;
    return quiet && same;
  });
}

/** Wakes them. */
export async function resumeTree(pid) {
  for (const one of treeOf(pid)) signal(one, "SIGCONT");
  await until(`${pid} and its children run`, () =>
    treeOf(pid).every((one) => stateOf(one) !== "T"),
  );
}

/** Ends them without a word, as a crash does. */
export async function killTree(pid) {
  const tree = treeOf(pid);
  for (const one of tree) signal(one, "SIGKILL");
  await untilGone(tree);
}

export function untilGone(pids) {
  return until(`${pids} are gone`, () => pids.every((pid) => !isAlive(pid)), 5000);
}

/** One that has ended but that nobody asked for its outcome is gone, too. */
export function isAlive(pid) {
  const state = stateOf(pid);
  return state !== null && state !== "Z" && state !== "X";
}

/** The letter of /proc/PID/stat: "T" = stopped; `null` = there is none. */
export function stateOf(pid) {
  return statOf(pid)?.state ?? null;
}

/** A program and all that descends from it. */
export function treeOf(pid) {
  const parents = new Map();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) && statOf(name);
    if (stat) parents.set(Number(name), stat.parent);
  }
  const tree = parents.has(pid) ? [pid] : [];
  for (const one of tree) {
    for (const [child, parent] of parents) if (parent === one) tree.push(child);
  }
  return tree;
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name comes first, in brackets, and may hold anything.
    const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
