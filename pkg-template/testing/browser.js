// Stand-ins for a browser's APIs, inside this package only: the bundler puts these names in place
// of the global ones.

import { clock, turnTo } from "./clock.js";
import { takeEngineTurn } from "./turn.js";

// In a browser, use its own streams and tracks, which elements can show.
const { MediaStream: RealStream, RTCPeerConnection: RealConnection } = globalThis;
const isBrowser = Boolean(RealStream && RealConnection);

let lastID = 0;

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
  #tracks;

  constructor(tracks = []) {
    super();
    this.#tracks = new Set(tracks.getTracks?.() ?? tracks);
  }

  // An app may bring streams of a class of its own.
  static [Symbol.hasInstance](value) {
    return typeof value?.getTracks === "function";
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

  getTrackById(id) {
    return this.getTracks().find((track) => track.id === id) ?? null;
  }

  addTrack(track) {
    this.#tracks.add(track);
  }

  removeTrack(track) {
    this.#tracks.delete(track);
  }

  clone() {
    return new Stream(this.getTracks().map((track) => track.clone()));
  }
}

function newTrack(kind) {
  return isBrowser ? new RealConnection().addTransceiver(kind).receiver.track : new Track(kind);
}

export const MediaStream = isBrowser ? RealStream : Stream;

// A connection that receives a stream; no media flows.
export class RTCPeerConnection extends EventTarget {
  #transceivers = [];

  addTransceiver(kind) {
    const transceiver = {
      receiver: { track: newTrack(kind) },
      sender: { track: null, replaceTrack: async () => {} },
      currentDirection: "recvonly",
    };
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

async function open({ audio, video }) {
  const kinds = [audio && "audio", video && "video"].filter(Boolean);
  return new MediaStream(kinds.map(newTrack));
}

const devices = {
  // Devices never come or go.
  addEventListener() {},
  removeEventListener() {},
  getUserMedia: open,
  getDisplayMedia: ({ audio, video = true } = {}) => open({ audio, video }),
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

export const setTimeout = (callback, delayMs) => clock().start(callback, delayMs, false);
export const setInterval = (callback, delayMs) => clock().start(callback, delayMs, true);
export const clearTimeout = (timer) => timer?.clock.stop(timer);
export const clearInterval = clearTimeout;

class Port {
  far;
  onmessage;

  postMessage(data) {
    takeEngineTurn(() => this.far.onmessage?.({ data }));
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

// An app's test may have faked the global one, which must not hold up the engine.
export const queueMicrotask = (callback) => {
  Promise.resolve().then(callback);
};

// Reports an error in an app's listener as uncaught, as a browser does.
export function reportError(error) {
  if (globalThis.reportError) globalThis.reportError(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}
