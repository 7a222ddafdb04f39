// A plot of the media gap: for each fault and program a strip with one dot for each run, on a
// logarithmic scale, written as SVG by hand.

import { ROWS } from "./rows.mjs";

const LEFT = 330;
const WIDTH = 960;
const STRIP = 22;
const HEAD = 34;
const FOOT = 44;
const RIGHT = 40;
const MIN_MS = 100;
const MAX_MS = 40_000;
const MARKS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];
const COLOURS = { holdfast: "#0a7d4f", other: "#b4551c" };
const GAP_ROWS = ["c", "d", "e1-publisher", "e1-player", "e2-publisher", "e2-player", "f-kill"];
/** How far dots are spread so that equal ones can be told apart. */
const SPREAD = [0, -5, 5, -3, 3];

export function draw(samples, { rtt_ms }) {
  const strips = stripsOf(samples);
  const height = HEAD + strips.length * STRIP + FOOT;
  const title = `How long the picture stood still, round trip ${rtt_ms} ms`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(10, 20, title, 'font-weight="bold"'),
    ...MARKS_MS.map((ms) => scaleLine(ms, height)),
    ...strips.flatMap((strip, i) => stripLines(strip, HEAD + i * STRIP + STRIP / 2)),
    text(LEFT, height - 8, "milliseconds; hollow: not back in time", 'fill="#555"'),
    "</svg>\n",
  ].join("\n");
}

function stripsOf(samples) {
  return GAP_ROWS.flatMap((id) => {
    const row = ROWS.find((one) => one.id === id);
    const ofRow = samples.filter((one) => one.row === id && one.gap_ms !== undefined);
    return [...new Set(ofRow.map(({ program }) => program))].map((program, i) => ({
      label: `${i === 0 ? `${id}: ` : ""}${program}`,
      isFirst: i === 0,
      program,
      row,
      samples: ofRow.filter((one) => one.program === program),
    }));
  });
}

function stripLines({ label, isFirst, program, samples }, y) {
  const colour = COLOURS[program] ?? COLOURS.other;
  const dots = samples.map(({ gap_ms, bound_ms }, i) => {
    const cy = y + SPREAD[i % SPREAD.length];
    const fill = gap_ms === null ? "none" : colour;
    const at = x(gap_ms ?? bound_ms);
    return `<circle cx="${at}" cy="${cy}" r="3" fill="${fill}" fill-opacity="0.6" stroke="${colour}"/>`;
  });
  const rule = `<path d="M10 ${y - STRIP / 2}H${WIDTH - 10}" stroke="#bbb"/>`;
  const words = text(LEFT - 10, y + 4, label, `text-anchor="end" fill="${colour}"`);
  return [...(isFirst ? [rule] : []), words, ...dots];
}

function scaleLine(ms, height) {
  const at = x(ms);
  const line = `<path d="M${at} ${HEAD}V${height - FOOT + 4}" stroke="#e4e4e4"/>`;
  return line + text(at, height - FOOT + 18, String(ms), 'text-anchor="middle" fill="#555"');
}

/** The horizontal position of a time. */
function x(ms) {
  const bounded = Math.min(Math.max(ms, MIN_MS), MAX_MS);
  const share = Math.log(bounded / MIN_MS) / Math.log(MAX_MS / MIN_MS);
  return Math.round((LEFT + share * (WIDTH - LEFT - RIGHT)) * 10) / 10;
}

function text(at, y, words, more) {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${at}" y="${y}" ${more}>${escaped}</text>`;
}
