// What the benchmark computes from its samples.

import assert from "node:assert/strict";
import { test } from "node:test";
import { draw } from "./bench/chart.mjs";
import { figuresOf } from "./bench/figures.mjs";
import { meetsAims, tableLines } from "./bench/table.mjs";

const RTT = { rtt_ms: 50 };

function samples(row, program, times_ms) {
  return times_ms.map((ms) => ({ row, program, ms, gap_ms: ms, bound_ms: 30_000 }));
}

function lineOf(list) {
  return tableLines(list, RTT).at(-1);
}

test("percentiles are of samples that were taken, the nearest from above", () => {
  const list = samples(
    "c",
    "holdfast",
    [...Array(20).keys()].map((i) => i + 1),
  );
  assert.deepEqual(figuresOf(list), { runs: 20, missed: 0, p50: 10, p95: 19, max: 20 });
});

test("a run that was not back in time is longer than any other", () => {
  const list = samples("c", "holdfast", [100, null, 200]);
  assert.deepEqual(figuresOf(list), { runs: 3, missed: 1, p50: 200, p95: Infinity, max: Infinity });
  assert.match(lineOf(list), /\| 3 \| 200 \| > 30000 \| > 30000 \| 4\.0 \| {2}\|.*\| missed \|/);
});

test("an aim is held against the percentile it is for, and only for the SDK", () => {
  const mostly = [...Array(19).fill(400), 9000];
  assert.match(lineOf(samples("c", "holdfast", mostly)), /\| p95 ≤ 400 \| met \|$/);
  assert.match(lineOf(samples("a", "holdfast", [2000, 3001])), /\| max ≤ 3000 \| missed \|$/);
  assert.match(lineOf(samples("c", "another", mostly)), /\| {2}\| {2}\|$/);
});

test("aims are missed by any row of the SDK's, and by nobody else's", () => {
  const good = [...samples("c", "holdfast", [400]), ...samples("b", "another", [9000])];
  assert.equal(meetsAims(good), true);
  assert.equal(meetsAims([...good, ...samples("b", "holdfast", [251])]), false);
});

test("the plot has a dot a run, hollow if it was not back in time", () => {
  const svg = draw(samples("c", "a < b", [100, null, 200]), RTT);
  assert.equal(svg.match(/<circle/g).length, 3);
  assert.equal(svg.match(/<circle[^>]*fill="none"/g).length, 1);
  assert.match(svg, /a &lt; b/);
});
