// `cargo xtask bench recovery`: how long programs take to recover from the same faults of a network
// made for it (rig.mjs), with a delay on every link.
//
//   node tests/e2e/net/bench/recovery.mjs [--rtt 50] [--runs 20] [--only a,b,e] [--program NAME]
//     [--probe]
//
// Prints a table and writes target/bench/recovery.json and recovery.svg. Each run begins with
// documents as if just opened, so that no run inherits the pauses of the one before. The SDK is
// measured alone; the others are measured together afterwards, in fewer runs, since they are far slower.

import { mkdir, writeFile } from "node:fs/promises";
import { whyNoRigs } from "../topology.mjs";
import { draw } from "./chart.mjs";
import { eyevinn } from "./eyevinn.mjs";
import { FAULTS } from "./faults.mjs";
import { figuresOf } from "./figures.mjs";
import { Ground } from "./ground.mjs";
import { holdfast } from "./holdfast.mjs";
import { measureIdle } from "./idle.mjs";
import { livekit } from "./livekit.mjs";
import { IDLE_LETTER, readOptions } from "./options.mjs";
import { ROWS } from "./rows.mjs";
import { runSeries } from "./series.mjs";
import { partysocket, reconnectingWebSocket } from "./sockets.mjs";
import { idleLines, meetsAims, tableLines } from "./table.mjs";

const OUTPUT = new URL("../../../../target/bench/", import.meta.url);
const RIVALS = [partysocket, reconnectingWebSocket, eyevinn, livekit];
const IDLE_MS = 60_000;

const options = readOptions();
const noRigs = await whyNoRigs();
if (noRigs) throw new Error(`no networks to break: ${noRigs}`);
const begun_ms = Date.now();
const samples = [];
const skipped = [];
const failures = [];
let idle = null;
await measureHoldfast();
await measureRivals();
await report();

/** The faults that measure a wanted row. */
function faults() {
  const isWanted = (id) => options.isWanted(ROWS.find((row) => row.id === id).letter);
  return FAULTS.filter(({ rows }) => rows.some(isWanted));
}

async function measureHoldfast() {
  if (!options.isChosen(holdfast)) return;
  await onGround({}, async (ground) => {
    for (const fault of faults()) await measure(ground, fault, [holdfast], options.runs);
    if (options.isWanted(IDLE_LETTER)) idle = await measureIdle(ground, IDLE_MS);
  });
}

async function measureRivals() {
  const programs = [];
  for (const program of RIVALS.filter(options.isChosen)) {
    const why = await program.whyNot();
    if (why) skipped.push(`${program.name}: ${why}`);
    else programs.push(program);
  }
  if (programs.length === 0 || faults().length === 0) return;
  await onGround({ withLivekit: programs.includes(livekit) }, async (ground) => {
    for (const fault of faults()) {
      const useful = programs.filter(({ hasRow }) => fault.rows.some(hasRow));
      const runs = Math.min(fault.rivalRuns, options.runs);
      await measure(ground, fault, useful, runs);
    }
  });
}

async function onGround(wanted, work) {
  const { rtt_ms, isProbed } = options;
  const ground = await Ground.open({ rtt_ms, isProbed, ...wanted });
  try {
    await work(ground);
  } finally {
    await ground.close();
  }
}

async function measure(ground, fault, programs, runs) {
  const listener = {
    ran: (run, members) => {
      const last = members.flatMap((member) => member.samples.at(-1) ?? []);
      const words = last.map(({ row, ms }) => `${row} ${ms === null ? "missed" : Math.round(ms)}`);
      console.log(`run ${run}: ${words.join(", ")}`);
    },
    failed: (run, error) => {
      failures.push(`${fault.rows.join(", ")}, run ${run}: ${error.message}`);
      console.log(`run ${run} failed: ${error.message}`);
    },
  };
  const more = await runSeries(ground, fault, programs, runs, listener);
  samples.push(...more.filter(({ row }) => options.isWanted(row[0])));
}

async function report() {
  const took_s = Math.round((Date.now() - begun_ms) / 1000);
  const lines = tableLines(samples, options);
  if (idle) lines.push(...idleLines(idle));
  for (const why of skipped) lines.push(`left out: ${why}`);
  for (const why of failures) lines.push(`not carried out: ${why}`);
  console.log(`\n${lines.join("\n")}\n\ntook ${took_s} s`);
  const isIdleMet = !idle || idle.moreBytes < idle.aim_bytes;
  if (!(meetsAims(samples) && isIdleMet)) {
    console.error("an aim was missed");
    process.exitCode = 1;
  }
  await mkdir(OUTPUT, { recursive: true });
  const { rtt_ms, runs } = options;
  const result = { rtt_ms, runs, took_s, idle, skipped, failures, samples: withSlowAccounts() };
  await writeFile(new URL("recovery.json", OUTPUT), `${JSON.stringify(result, null, 1)}\n`);
  await writeFile(new URL("recovery.svg", OUTPUT), draw(samples, options));
}

/**
 * Keeps the record of the slowest run of each row and program, and of every run that took
 * twice as long as the median.
 */
function withSlowAccounts() {
  return samples.map(({ account, ...one }) => {
    const like = samples.filter(({ row, program }) => row === one.row && program === one.program);
    const { p50, max } = figuresOf(like);
    return (one.ms ?? Infinity) >= Math.min(max, 2 * p50) ? { ...one, account } : one;
  });
}
