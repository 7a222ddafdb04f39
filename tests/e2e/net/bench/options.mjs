// The benchmark's options.

import { parseArgs } from "node:util";
import { ROWS } from "./rows.mjs";

export const IDLE_LETTER = "g";
const RTT_MS_MAX = 2000;
const RUNS_MAX = 1000;

/**
 * @returns `{ rtt_ms, runs, isWanted, isChosen, isProbed }`: `isWanted` takes a letter, `isChosen`
 * a program.
 */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      rtt: { type: "string", default: "50" },
      runs: { type: "string", default: "20" },
      only: { type: "string" },
      program: { type: "string", default: "" },
      probe: { type: "boolean", default: false },
    },
  });
  const rtt_ms = numberIn("--rtt", values.rtt, 0, RTT_MS_MAX);
  const runs = numberIn("--runs", values.runs, 1, RUNS_MAX);
  const letters = lettersOf(values.only);
  return {
    rtt_ms,
    runs,
    isWanted: (letter) => letters.includes(letter),
    isChosen: ({ name }) => name.includes(values.program),
    isProbed: values.probe,
  };
}

function numberIn(name, text, least, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${name} ${text}: a whole number from ${least} to ${most}`);
}

function lettersOf(only) {
  const known = [...new Set([...ROWS.map(({ letter }) => letter), IDLE_LETTER])];
  if (only === undefined) return known;
  const letters = only.split(",");
  const unknown = letters.filter((letter) => !known.includes(letter));
  if (unknown.length > 0) throw new Error(`--only ${only}: there are ${known}`);
  return letters;
}
