// Shows a world at one moment: the picture, the timeline of one user, the trace, the verdict.

import { Record } from "../timeline/record.js";
import { Timeline } from "../timeline/timeline.js";
import { drawWires, nameOf } from "./wires.js";

const LINES_MAX = 200;
const SHOWN = new Set(["input", "effect", "event", "output", "violation"]);

export class WorldView {
  #find;
  #invariants;
  #timeline;
  #records = [];
  #report = null;

  /** @param find Returns an element by its ID. */
  constructor(find, invariants) {
    this.#find = find;
    this.#invariants = invariants;
    this.#timeline = new Timeline(find("timeline"), new Record(), () => this.atMs);
    find("whose").addEventListener("change", () => this.#choose());
    new ResizeObserver(() => this.#draw()).observe(find("wires").parentElement);
  }

  get atMs() {
    return this.#report?.view.atMs ?? 0;
  }

  get step() {
    return this.#report?.view.step ?? 0;
  }

  get isOver() {
    return this.#report?.isOver ?? true;
  }

  clear() {
    this.#records = [];
    this.#report = null;
    this.#find("whose").replaceChildren();
    this.#find("trace").replaceChildren();
  }

  /** Shows a report of the simulator. */
  show(report) {
    this.#report = report;
    this.#meet(report.view.devices, report.graceMs);
    for (const [device, atMs, event, args] of report.told) {
      this.#records[device].add(event, args, atMs);
    }
    this.#find("clock").textContent = `${(report.view.atMs / 1000).toFixed(3)} s`;
    this.#find("progress").textContent = [
      `step ${report.view.step}`,
      report.isOver ? "over" : report.phase,
    ].join(", ");
    this.#find("server").textContent = describeServer(report.view);
    this.#find("hash").textContent = report.traceHash;
    this.#invariants.show(report.violation, report.isOver);
    this.#addLines(report.lines);
    this.#draw();
    this.#timeline.draw();
  }

  /** Zooms the timeline out to the whole run. */
  fit() {
    this.#timeline.fit(this.atMs);
  }

  /** Adds a record and a list entry for each new device. */
  #meet(devices, graceMs) {
    const list = this.#find("whose");
    for (const device of devices.slice(this.#records.length)) {
      const record = new Record();
      record.graceMs = graceMs;
      this.#records.push(record);
      list.append(new Option(nameOf(device), String(this.#records.length - 1)));
      if (this.#records.length === 1) this.#choose();
    }
  }

  #choose() {
    this.#timeline.show(this.#records[Number(this.#find("whose").value)]);
  }

  #draw() {
    const svg = this.#find("wires");
    const width = svg.parentElement.clientWidth;
    if (this.#report && width > 0) drawWires(svg, this.#report.view, width);
  }

  #addLines(lines) {
    const list = this.#find("trace");
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
    list.append(...lines.map(makeLine));
    while (list.childElementCount > LINES_MAX) list.firstElementChild.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }
}

function makeLine({ at_ms, who, ...rest }) {
  const [kind, what] = Object.entries(rest).find(([name]) => SHOWN.has(name)) ?? ["", ""];
  const item = document.createElement("li");
  item.dataset.kind = kind;
  const time = document.createElement("time");
  time.textContent = (at_ms / 1000).toFixed(3);
  const words = document.createElement("code");
  words.textContent = what;
  item.append(time, `${who}, ${kind}`, words);
  return item;
}

function describeServer({ server, flights, devices }) {
  const { isUp, sessions, links } = server;
  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  return [
    `The server is ${isUp ? "up" : "down"}`,
    many(devices.length, "device"),
    many(sessions, "session"),
    many(links, "link"),
    `${many(flights.length, "message")} in flight`,
  ].join(", ");
}
