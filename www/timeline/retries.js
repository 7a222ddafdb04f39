// Lists what is reconnecting: attempt, next try, time left, and a button to try at once.

import { duration, inWords } from "./words.js";

const REDRAW_MS = 200;

export class Retries {
  #record;
  #root;
  #list;
  #rows = new Map();

  /** @param root Holds the list and the button; hidden while nothing is retried. */
  constructor(root, record, onRetryNow) {
    this.#record = record;
    this.#root = root;
    this.#list = root.querySelector("ul");
    root.querySelector("button").addEventListener("click", onRetryNow);
    setInterval(() => this.#show(), REDRAW_MS);
  }

  #show() {
    const outages = this.#record.outages();
    this.#root.dataset.busy = String(outages.length > 0);
    this.#root.querySelector("button").disabled = outages.length === 0;
    const keys = new Set(outages.map(({ layer, id }) => `${layer} ${id}`));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.item.remove();
      this.#rows.delete(key);
    }
    for (const outage of outages) this.#row(outage).update(outage, performance.now());
  }

  #row({ layer, id, label }) {
    const key = `${layer} ${id}`;
    let row = this.#rows.get(key);
    if (!row) {
      row = new Row(layer, label);
      this.#rows.set(key, row);
      this.#list.append(row.item);
    }
    return row;
  }
}

class Row {
  item = document.createElement("li");
  #text = document.createElement("span");
  #bar = document.createElement("progress");

  constructor(layer, label) {
    this.item.dataset.retry = layer;
    const name = document.createElement("b");
    name.textContent = label;
    this.#bar.max = 1;
    this.#bar.setAttribute("aria-label", `${label}: time used of the window`);
    this.item.append(name, this.#text, this.#bar);
  }

  update({ attempt, cause, startedMs, nextAtMs, windowEndsMs }, nowMs) {
    const wait_ms = nextAtMs - nowMs;
    const next = wait_ms > 0 ? `next try in ${duration(wait_ms)}` : "trying now";
    const left = windowEndsMs === null ? "no retry" : `${duration(windowEndsMs - nowMs)} left`;
    this.#text.textContent = `Try ${attempt}, ${next}, ${left}. Because ${inWords(cause)}.`;
    this.#bar.value =
      windowEndsMs === null ? 1 : Math.min(1, (nowMs - startedMs) / (windowEndsMs - startedMs));
  }
}
