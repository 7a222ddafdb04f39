// Draws a record as SVG: a row for each lane, states as bars, tries as ticks, deadlines as lines.

import { describeBar, describeMark, describeTick, duration } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const LANE_PX = 30;
const BAR_PX = 16;
const HEAD_PX = 22;
const FOOT_PX = 20;
const SECONDS_PER_LINE = [1, 2, 5, 10, 30, 60, 120, 300, 600];
/** The share of the picture for the past; the rest shows approaching deadlines. */
export const PAST = 0.78;

/**
 * Redraws the picture.
 *
 * @param view `{nowMs, spanMs, width, selected}`; `selected` is an item's key.
 * @returns The items that can be selected, by time: `{key, text, atMs}`.
 */
export function draw(svg, record, view) {
  const { nowMs, spanMs, width } = view;
  const fromMs = nowMs - spanMs * PAST;
  const toX = (atMs) => ((atMs - fromMs) / spanMs) * width;
  const height = HEAD_PX + record.lanes.length * LANE_PX + FOOT_PX;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  const items = [];
  const scene = { svg: document.createDocumentFragment(), items, toX, height, fromMs, ...view };
  drawScale(scene);
  record.lanes.forEach((lane, row) => {
    drawLane(scene, lane, HEAD_PX + row * LANE_PX);
  });
  drawDeadlines(scene, record.deadlines());
  drawMarks(scene, record.marks);
  svg.replaceChildren(scene.svg);
  return items.sort((a, b) => a.atMs - b.atMs);
}

function drawScale(scene) {
  const { width, spanMs, nowMs, fromMs, toX, height } = scene;
  const step_s =
    SECONDS_PER_LINE.find((step) => (step * 1000 * width) / spanMs >= 70) ??
    SECONDS_PER_LINE.at(-1);
  const first = Math.ceil((fromMs - nowMs) / 1000 / step_s) * step_s;
  for (let offset_s = first; offset_s < (spanMs * (1 - PAST)) / 1000; offset_s += step_s) {
    if (offset_s === 0) continue;
    const x = toX(nowMs + offset_s * 1000);
    add(scene, "line", { class: "grid", x1: x, x2: x, y1: HEAD_PX, y2: height - FOOT_PX });
    const sign = offset_s < 0 ? "−" : "+";
    add(scene, "text", { class: "scale", x: x + 3, y: height - 6 }, sign + whole(offset_s));
  }
  const now = toX(nowMs);
  add(scene, "line", { class: "now", x1: now, x2: now, y1: HEAD_PX, y2: height - FOOT_PX });
}

/** "5 s", "2 min". */
function whole(offset_s) {
  const seconds = Math.abs(offset_s);
  return seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
}

function drawLane(scene, lane, y) {
  const { fromMs, nowMs, toX, width } = scene;
  for (const [place, bar] of lane.bars.entries()) {
    const toMs = bar.toMs ?? nowMs;
    if (toMs < fromMs) continue;
    const x = Math.max(0, toX(bar.fromMs));
    const item = { key: `${lane.key} bar ${bar.fromMs} ${place}`, atMs: bar.fromMs };
    addItem(scene, item, describeBar(lane, bar, nowMs), "rect", {
      class: "bar",
      "data-tone": bar.tone,
      "data-state": bar.state,
      "data-lane": lane.key,
      x,
      y: y + (LANE_PX - BAR_PX),
      width: Math.max(1.5, Math.min(width, toX(toMs)) - x),
      height: BAR_PX,
      rx: 3,
    });
  }
  for (const [place, tick] of lane.ticks.entries()) {
    if (tick.atMs < fromMs) continue;
    const x = toX(tick.atMs + tick.nextAttemptInMs);
    const item = { key: `${lane.key} tick ${tick.atMs} ${place}`, atMs: tick.atMs };
    addItem(scene, item, describeTick(lane, tick), "path", {
      class: tick.nextAttemptInMs > 0 ? "tick to-come" : "tick",
      "data-lane": lane.key,
      "data-cause": tick.cause,
      d: `M${x} ${y + LANE_PX - BAR_PX - 5}v${BAR_PX + 7}`,
    });
  }
  add(scene, "text", { class: "lane", x: 2, y: y + 11 }, lane.label);
}

function drawDeadlines(scene, deadlines) {
  const { nowMs, toX, width, height } = scene;
  deadlines.forEach(({ name, atMs }, row) => {
    const isInside = toX(atMs) < width - 2;
    const x = Math.min(toX(atMs), width - 2);
    const line = { class: "deadline", "data-name": name, x1: x, x2: x, y1: 0 };
    add(scene, "line", { ...line, y2: height - FOOT_PX });
    const left_ms = atMs - nowMs;
    const text = left_ms > 0 ? `${name} in ${duration(left_ms)}${isInside ? "" : " →"}` : name;
    const y = HEAD_PX + 12 + row * LANE_PX;
    add(scene, "text", { class: "deadline-name", "text-anchor": "end", x: x - 4, y }, text);
  });
}

function drawMarks(scene, marks) {
  const { fromMs, toX, height } = scene;
  let end_px = -Infinity;
  for (const [place, mark] of marks.entries()) {
    if (mark.atMs < fromMs) continue;
    const x = toX(mark.atMs);
    add(scene, "line", { class: "mark-line", x1: x, x2: x, y1: 16, y2: height - FOOT_PX });
    // Marks of one moment stand side by side.
    const left = Math.max(x, end_px);
    end_px = left + 18;
    const item = { key: `mark ${mark.atMs} ${place}`, atMs: mark.atMs };
    const attributes = { class: "mark", "data-mark": mark.name, x: left, y: 12 };
    addItem(scene, item, describeMark(mark), "text", attributes, mark.name);
  }
}

function addItem(scene, item, text, tag, attributes, contents) {
  const element = add(scene, tag, attributes, contents);
  element.dataset.item = item.key;
  element.classList.toggle("selected", item.key === scene.selected);
  scene.items.push({ ...item, text });
}

function add({ svg }, tag, attributes, contents) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (contents) element.textContent = contents;
  svg.append(element);
  return element;
}
