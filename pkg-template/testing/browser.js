// Stand-ins for a browser's APIs, inside this package only: the bundler puts these names in place
// of the global ones.

/** @import { Kind } from "../tracks.js" */
/** @import { Timer } from "./clock.js" */

import { clock, turnTo } from "./clock.js";
import { takeEngineTurn } from "./turn.js";

// In a browser, use its own streams and tracks, which elements can show.
const { MediaStream: RealStream, RTCPeerConnection: RealConnection } = globalThis;
const isBrowser = Boolean(RealStream && RealConnection);

/** @type {readonly Kind[]} */
const KINDS = ["audio", "video"];

let lastID = 0;

/** @param {string} kind */
function newID(kind) {
  lastID += 1;
  return `${kind}-${lastID}`;
}

class Track extends EventTarget {
  id;
  kind;
  label;
  enabled = true;
  muted = false;
  readyState = "live";
  contentHint = "";

  /** @param {Kind} kind */
  constructor(kind) {
    super();
    this.kind = kind;
    this.id = newID(kind);
    this.label = `simulated ${kind}`;
  }

  stop() {
    this.readyState = "ended";
  }

  clone() {
    return new Track(this.kind);
  }

  getSettings() {
    return { deviceId: this.kind };
  }

  getConstraints() {
    return {};
  }

  getCapabilities() {
    return {};
  }

  async applyConstraints() {}
}

class Stream extends EventTarget {
  id = newID("stream");
  /** @type {Set<Track>} */
  #tracks;

  /** @param {Iterable<Track> | Stream} [tracks] */
  constructor(tracks = []) {
    super();
    this.#tracks = new Set("getTracks" in tracks ? tracks.getTracks() : tracks);
  }

  // An app may bring streams of a class of its own.
  /** @param {unknown} value */
  static [Symbol.hasInstance](value) {
    return typeof (/** @type {Partial<Stream> | undefined} */ (value)?.getTracks) === "function";
  }

  get active() {
    return this.getTracks().some((track) => track.readyState === "live");
  }

  getTracks() {
    return [...this.#tracks];
  }

  getVideoTracks() {
    return this.getTracks().filter((track) => track.kind === "video");
  }

  getAudioTracks() {
    return this.getTracks().filter((track) => track.kind === "audio");
  }

  /** @param {string} id */
  getTrackById(id) {
    return this.getTracks().find((track) => track.id === id) ?? null;
  }

  /** @param {Track} track */
  addTrack(track) {
    this.#tracks.add(track);
  }

  /** @param {Track} track */
  removeTrack(track) {
    this.#tracks.delete(track);
  }

  clone() {
    return new Stream(this.getTracks().map((track) => track.clone()));
  }
}

/**
 * A track; in a browser a real one.
 *
 * @param {Kind} kind
 * @returns {MediaStreamTrack}
 */
function newTrack(kind) {
  if (isBrowser) return new RealConnection().addTransceiver(kind).receiver.track;
  return /** @type {MediaStreamTrack} */ (/** @type {unknown} */ (new Track(kind)));
}

/** @type {typeof RealStream} */
export const MediaStream = isBrowser
  ? RealStream
  : /** @type {typeof RealStream} */ (/** @type {unknown} */ (Stream));

/** @param {Kind} kind */
const newTransceiver = (kind) => ({
  receiver: { track: newTrack(kind) },
  sender: { track: null, replaceTrack: async () => {} },
  currentDirection: "recvonly",
});

// A connection that receives a stream; no media flows.
export class RTCPeerConnection extends EventTarget {
  /** @type {ReturnType<typeof newTransceiver>[]} */
  #transceivers = [];

  /** @param {Kind} kind */
  addTransceiver(kind) {
    const transceiver = newTransceiver(kind);
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers() {
    return this.#transceivers;
  }

  getReceivers() {
    return this.#transceivers.map(({ receiver }) => receiver);
  }

  getSenders() {
    return this.#transceivers.map(({ sender }) => sender);
  }

  async getStats() {
    return new Map();
  }
}

/** @param {MediaStreamConstraints} constraints */
async function open(constraints) {
  const kinds = KINDS.filter((kind) => constraints[kind]);
  return new MediaStream(kinds.map(newTrack));
}

const devices = {
  // Devices never come or go.
  addEventListener() {},
  removeEventListener() {},
  getUserMedia: open,
  /** @param {MediaStreamConstraints} [constraints] */
  getDisplayMedia: ({ audio = false, video = true } = {}) => open({ audio, video }),
  getSupportedConstraints: () => ({}),
  enumerateDevices: async () =>
    [
      ["videoinput", "video", "simulated camera"],
      ["audioinput", "audio", "simulated microphone"],
      ["audiooutput", "speaker", "simulated speaker"],
    ].map(([kind, deviceId, label]) => ({ kind, deviceId, label, groupId: "" })),
};

export const navigator = {
  mediaDevices: devices,
  onLine: true,
  userAgent: globalThis.navigator?.userAgent ?? "",
};

export const performance = {
  now: () => clock().nowMs,
  turnTo,
  measure() {},
  mark() {},
};

/**
 * @param {() => void} callback
 * @param {number} [delayMs]
 */
export const setTimeout = (callback, delayMs) => clock().start(callback, delayMs, false);
/**
 * @param {() => void} callback
 * @param {number} [delayMs]
 */
export const setInterval = (callback, delayMs) => clock().start(callback, delayMs, true);
/** @param {Timer | undefined} timer */
export const clearTimeout = (timer) => timer?.clock.stop(timer);
export const clearInterval = clearTimeout;

class Port {
  /** @type {Port | undefined} */
  far;
  /** @type {((event: { data: unknown }) => void) | undefined} */
  onmessage;

  /** @param {unknown} data */
  postMessage(data) {
    takeEngineTurn(() => this.far?.onmessage?.({ data }));
  }

  close() {}
}

export class MessageChannel {
  port1 = new Port();
  port2 = new Port();

  constructor() {
    this.port1.far = this.port2;
    this.port2.far = this.port1;
  }
}

/**
 * An app's test may have faked the global one, which must not hold up the engine.
 *
 * @param {() => void} callback
 */
export const queueMicrotask = (callback) => {
  Promise.resolve().then(callback);
};

/**
 * Reports an error in an app's listener as uncaught, as a browser does.
 *
 * @param {unknown} error
 */
export function reportError(error) {
  if (globalThis.reportError) globalThis.reportError(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}
