// The timeline with its controls: pause, zoom, select, export.

import { saveAs, standalone } from "./export.js";
import { draw, PAST } from "./picture.js";

const SPANS_MS = [15_000, 60_000, 300_000, 1_500_000, 3_000_000];
const REDRAW_MS = 200;
const EVENTS = [
  "roomStateChanged",
  "publisherStateUpdate",
  "playerStateUpdate",
  "retryUpdate",
  "roomUserUpdate",
  "remoteUserConnectionUpdate",
];

export class Timeline {
  #record;
  #svg;
  #detail;
  #pause;
  #now;
  #zoom = 1;
  #pausedMs = null;
  #items = [];
  #selected = null;

  /**
   * @param root The section with the controls.
   * @param now The clock of the record's times.
   */
  constructor(root, record, now = () => performance.now()) {
    const find = (name) => root.querySelector(`[data-timeline="${name}"]`);
    this.#record = record;
    this.#now = now;
    this.#svg = find("picture");
    this.#detail = find("detail");
    this.#pause = find("pause");
    this.#pause?.addEventListener("click", () => this.#togglePause());
    find("in").addEventListener("click", () => this.#zoomBy(-1));
    find("out").addEventListener("click", () => this.#zoomBy(1));
    find("json").addEventListener("click", () => {
      saveAs("holdfast-timeline.json", "application/json", JSON.stringify(this.#record, null, 2));
    });
    find("svg").addEventListener("click", () => {
      saveAs("holdfast-timeline.svg", "image/svg+xml", standalone(this.#svg));
    });
    for (const name of ["pointerover", "pointerdown"]) {
      this.#svg.addEventListener(name, ({ target }) => this.#select(target.dataset?.item));
    }
    this.#svg.addEventListener("keydown", (event) => this.#onKey(event));
    setInterval(() => this.draw(), REDRAW_MS);
    new ResizeObserver(() => this.draw()).observe(this.#svg.parentElement);
  }

  follow(engine) {
    for (const event of EVENTS) {
      engine.on(event, (...args) => this.#record.add(event, args, performance.now()));
    }
  }

  /** Switches to another record. */
  show(record) {
    this.#record = record;
    this.#selected = null;
    this.draw();
  }

  /** Zooms so that at least this much of the past is visible. */
  fit(pastMs) {
    const zoom = SPANS_MS.findIndex((spanMs) => spanMs * PAST >= pastMs);
    this.#zoom = zoom < 0 ? SPANS_MS.length - 1 : zoom;
    this.#zoomBy(0);
  }

  draw() {
    const width = this.#svg.parentElement.clientWidth;
    if (width === 0 || document.hidden) return; // not to be seen
    this.#items = draw(this.#svg, this.#record, {
      nowMs: this.#pausedMs ?? this.#now(),
      spanMs: SPANS_MS[this.#zoom],
      width,
      selected: this.#selected,
    });
  }

  #togglePause() {
    this.#pausedMs = this.#pausedMs === null ? this.#now() : null;
    this.#pause.setAttribute("aria-pressed", String(this.#pausedMs !== null));
    this.draw();
  }

  #zoomBy(step) {
    this.#zoom = Math.min(SPANS_MS.length - 1, Math.max(0, this.#zoom + step));
    this.#svg.dataset.spanMs = String(SPANS_MS[this.#zoom]);
    this.draw();
  }

  #select(key) {
    const item = this.#items.find((candidate) => candidate.key === key);
    if (!item) return;
    this.#selected = key;
    this.#detail.textContent = item.text;
    this.draw();
  }

  #onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || this.#items.length === 0) return;
    event.preventDefault();
    const place = this.#items.findIndex(({ key }) => key === this.#selected);
    const next = place < 0 ? this.#items.length - 1 : place + step;
    this.#select(this.#items[Math.min(this.#items.length - 1, Math.max(0, next))].key);
  }
}
