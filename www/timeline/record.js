// The SDK's events as lanes of states and tries: plain data, independent of the page.

import { toneOf } from "../pills.js";

const ENTRIES_MAX = 2000;
const LANES_MAX = 12;
const MARKS_MAX = 200;
const WELL = new Set(["LOGINED", "RECONNECTED", "PUBLISHING", "PLAYING"]);
const OVER = new Set(["NO_PUBLISH", "NO_PLAY", "LOGOUT", "LOGOUT_FAILED", "LOGIN_FAILED"]);
const FAILED = new Set(["RECONNECT_FAILED", "KICKOUT"]);
const NAMES = { link: "Link", room: "Room", publish: "Publisher", play: "Player" };

export class Record {
  /** The events so far: `{atMs, event, args}`, oldest first. */
  entries = [];
  /** `{key, layer, id, label, bars, ticks}`, in the order they are drawn. */
  lanes = [];
  /** The moments of a reconnect, `{atMs, name, text}`, T0 to T6. */
  marks = [];
  /** How long the server keeps a session without a link. */
  graceMs = 90_000;
  #outages = new Map();
  #known = new Set();
  #gone = new Set();
  #graceEndsMs = null;

  /** Takes an event of the engine, with its arguments and time. */
  add(event, args, atMs) {
    this.entries.push({ atMs, event, args });
    if (this.entries.length > ENTRIES_MAX) this.entries.shift();
    if (event === "roomStateChanged") this.#room(atMs, ...args);
    else if (event === "publisherStateUpdate") this.#media(atMs, "publish", args[0]);
    else if (event === "playerStateUpdate") this.#media(atMs, "play", args[0]);
    else if (event === "retryUpdate") this.#retry(atMs, args[0]);
    else if (event === "roomUserUpdate") this.#users(atMs, args[1], args[2]);
  }

  /** The rooms and streams that are connecting or reconnecting now. */
  outages() {
    return [...this.#outages.values()].filter(({ layer, id }) => {
      const bar = this.#lane(layer, id).bars.at(-1);
      return bar && !WELL.has(bar.state) && !OVER.has(bar.state) && !FAILED.has(bar.state);
    });
  }

  /** The deadlines, `{name, atMs}`: the ends of the grace and of the layers' windows. */
  deadlines() {
    const deadlines = this.outages().flatMap(({ layer, windowEndsMs }) =>
      windowEndsMs === null ? [] : [{ name: `${NAMES[layer]} window ends`, atMs: windowEndsMs }],
    );
    if (this.#graceEndsMs !== null) {
      deadlines.push({ name: "Grace ends", atMs: this.#graceEndsMs });
    }
    return deadlines;
  }

  /** The record as JSON, to look at elsewhere. */
  toJSON() {
    const { entries, lanes, marks, graceMs } = this;
    return { clock: "performance.now()", graceMs, entries, lanes, marks };
  }

  #room(atMs, id, state, code) {
    this.#become(atMs, "room", id, state, code);
    const isWell = WELL.has(state);
    const isBack = state === "RECONNECTED";
    this.#become(
      atMs,
      "link",
      id,
      isWell ? "UP" : ({ LOGINING: "DIALLING" }[state] ?? "DOWN"),
      code,
    );
    if (state === "LOGINING") this.#mark(atMs, "T0", "the login begins");
    if (state === "LOGINED") this.#mark(atMs, "T1", "in the room");
    if (state === "RECONNECTING") {
      this.#mark(atMs, "T3", "the loss is noticed");
      this.#graceEndsMs = atMs + this.graceMs;
    } else {
      this.#graceEndsMs = null;
    }
    if (isBack) this.#mark(atMs, "T5", "in the room again");
    if (!isWell && state !== "RECONNECTING") {
      this.#known.clear();
      this.#gone.clear();
    }
  }

  #media(atMs, layer, { streamID, state, errorCode }) {
    this.#become(atMs, layer, streamID, state, errorCode);
  }

  #retry(atMs, update) {
    const { layer, id, cause, attempt, nextAttemptInMs, elapsedMs, windowMs } = update;
    const lane = this.#lane(layer === "room" ? "link" : layer, id);
    push(lane.ticks, { atMs, cause, attempt, nextAttemptInMs });
    const startedMs = atMs - elapsedMs;
    this.#outages.set(`${layer} ${id}`, {
      layer,
      id,
      label: this.#lane(layer, id).label,
      cause,
      attempt,
      startedMs,
      nextAtMs: atMs + nextAttemptInMs,
      windowEndsMs: windowMs > 0 ? startedMs + windowMs : null,
    });
    const isUp = lane.bars.at(-1)?.state === "UP";
    if (layer === "room" && !isUp) {
      this.#become(atMs, "link", id, nextAttemptInMs > 0 ? "WAITING" : "DIALLING", 0);
    }
  }

  /** Marks other users: T2 is a new one, T4 one given up, T6 one that is back after that. */
  #users(atMs, change, users) {
    for (const { userID, userName } of users) {
      const name = userName || userID;
      if (change === "DELETE") {
        this.#gone.add(userID);
        this.#mark(atMs, "T4", `${name} is not in the room any more`);
      } else if (this.#gone.delete(userID)) {
        this.#mark(atMs, "T6", `${name} is in the room again`);
      } else if (!this.#known.has(userID)) {
        this.#known.add(userID);
        this.#mark(atMs, "T2", `${name} is in the room`);
      }
    }
  }

  #mark(atMs, name, text) {
    push(this.marks, { atMs, name, text }, MARKS_MAX);
  }

  #become(atMs, layer, id, state, code = 0) {
    const { bars } = this.#lane(layer, id);
    const last = bars.at(-1);
    if (last && last.state === state && last.code === code) return;
    if (last) last.toMs = atMs;
    push(bars, { fromMs: atMs, toMs: null, state, tone: toneOf(state, code), code });
    if (WELL.has(state) || OVER.has(state) || FAILED.has(state)) {
      this.#outages.delete(`${layer} ${id}`);
    }
  }

  #lane(layer, id) {
    const key = layer === "link" || layer === "room" ? layer : `${layer} ${id}`;
    let lane = this.lanes.find((known) => known.key === key);
    if (lane) return lane;
    const label = key === layer ? NAMES[layer] : `${NAMES[layer]} ${id}`;
    lane = { key, layer, id, label, bars: [], ticks: [] };
    this.lanes.push(lane);
    const order = Object.keys(NAMES);
    this.lanes.sort((a, b) => order.indexOf(a.layer) - order.indexOf(b.layer));
    if (this.lanes.length > LANES_MAX) {
      const ended = this.lanes.findIndex(({ bars }) => OVER.has(bars.at(-1)?.state));
      if (ended >= 0) this.lanes.splice(ended, 1);
    }
    return lane;
  }
}

function push(list, item, longest = 500) {
  list.push(item);
  if (list.length > longest) list.shift();
}
