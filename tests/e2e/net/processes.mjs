// Pausing, resuming and ending programs, each verified.

import { readdirSync, readFileSync } from "node:fs";
import { until } from "./until.mjs";

/** Pauses a program and all its descendants, as a laptop's lid does. */
export async function pauseTree(pid) {
  let count = 0;
  // Processes that it starts meanwhile are caught in the next round.
  await until(`${pid} and its children stand still`, () => {
    // An ended process stays in the tree until its parent, paused by now, reaps it.
    const alive = treeOf(pid).filter(isAlive);
    for (const one of alive) if (stateOf(one) !== "T") signal(one, "SIGSTOP");
    const quiet = alive.length > 0 && alive.every((one) => stateOf(one) === "T");
    const same = alive.length === count;
    count = alive.length;
    return quiet && same;
  });
}

/** Resumes them. */
export async function resumeTree(pid) {
  for (const one of treeOf(pid)) signal(one, "SIGCONT");
  await until(`${pid} and its children run`, () =>
    treeOf(pid).every((one) => stateOf(one) !== "T"),
  );
}

/** Kills them without a shutdown, as a crash does. */
export async function killTree(pid) {
  const tree = treeOf(pid);
  for (const one of tree) signal(one, "SIGKILL");
  await untilGone(tree);
}

export function untilGone(pids) {
  return until(`${pids} are gone`, () => pids.every((pid) => !isAlive(pid)), 5000);
}

/** An ended process that its parent has not reaped counts as gone, too. */
export function isAlive(pid) {
  const state = stateOf(pid);
  return state !== null && state !== "Z" && state !== "X";
}

/** The state letter in /proc/PID/stat: "T" = stopped; `null` = no such process. */
export function stateOf(pid) {
  return statOf(pid)?.state ?? null;
}

/** A program and all its descendants. */
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
