// The table: the time of each row and program, in milliseconds and in round trips.

import { figuresOf } from "./figures.mjs";
import { ROWS } from "./rows.mjs";

const HOLDFAST = "holdfast";

/** As Markdown, ready for docs/benchmarks.md. */
export function tableLines(samples, { rtt_ms }) {
  const lines = [
    `| | program | runs | p50 ms | p95 ms | max ms | p50 RTT | p95 RTT | aim | |`,
    `|---|---|---|---|---|---|---|---|---|---|`,
  ];
  for (const row of ROWS) {
    const ofRow = samples.filter((one) => one.row === row.id);
    for (const program of new Set(ofRow.map((one) => one.program))) {
      const own = ofRow.filter((one) => one.program === program);
      lines.push(line(row, program, own, rtt_ms));
    }
  }
  return lines;
}

function line(row, program, samples, rtt_ms) {
  const figures = figuresOf(samples);
  const { runs, p50, p95, max } = figures;
  const bound_ms = Math.max(...samples.map((one) => one.bound_ms));
  const shown = (ms) => (ms === Infinity ? `> ${bound_ms}` : ms.toFixed(0));
  const trips = (ms) => (ms === Infinity || rtt_ms === 0 ? "" : (ms / rtt_ms).toFixed(1));
  const isAimed = program === HOLDFAST && row.aim_ms !== null;
  const aim = isAimed ? `${row.at} ≤ ${row.aim_ms}` : "";
  const verdict = isAimed ? (isMet(row, figures) ? "met" : "missed") : "";
  const cells = [`(${row.letter}) ${row.title}`, program, runs, shown(p50), shown(p95), shown(max)];
  return `| ${[...cells, trips(p50), trips(p95), aim, verdict].join(" | ")} |`;
}

/** Whether all the SDK's samples are within their aims. */
export function meetsAims(samples) {
  const own = samples.filter(({ program }) => program === HOLDFAST);
  return ROWS.filter(({ aim_ms }) => aim_ms !== null).every((row) => {
    const ofRow = own.filter((one) => one.row === row.id);
    return ofRow.length === 0 || isMet(row, figuresOf(ofRow));
  });
}

function isMet({ at, aim_ms }, figures) {
  return figures[at] <= aim_ms;
}

/** (g): a minute of a tab that is logged in and idle. */
export function idleLines(idle) {
  const kb = (bytes) => (bytes / 1024).toFixed(2);
  const verdict = idle.moreBytes < idle.aim_bytes ? "met" : "missed";
  return [
    "",
    "| (g) a minute of an idle tab | KB | CPU ms |",
    "|---|---|---|",
    `| logged in with the SDK | ${kb(idle.bytes)} | ${idle.cpu_ms.toFixed(0)} |`,
    `| a bare WebSocket with the same login: the heartbeat itself | ${kb(idle.heartbeatBytes)} | ${idle.heartbeatCpu_ms.toFixed(0)} |`,
    `| an empty page | | ${idle.blankCpu_ms.toFixed(0)} |`,
    "",
    `The SDK adds ${kb(idle.moreBytes)} KB a minute; the aim is less than ${kb(idle.aim_bytes)}: ${verdict}.`,
  ];
}
