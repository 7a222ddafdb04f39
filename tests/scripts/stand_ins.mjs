// Stand-ins in Node for a browser's capture APIs: tracks, streams, and devices that open when a
// test says so.

/** A device's capture. */
export class Track extends EventTarget {
  enabled = true;
  muted = false;
  readyState = "live";
  #settings;
  #constraints;

  constructor(kind, constraints = {}, deviceId = constraints.deviceId?.exact ?? "default") {
    super();
    this.kind = kind;
    this.label = `${kind} ${deviceId}`;
    this.#settings = { deviceId };
    this.#constraints = constraints;
  }
  getSettings() {
    return this.#settings;
  }
  getConstraints() {
    return this.#constraints;
  }
  stop() {
    if (this.readyState === "live") this.onstop?.();
    this.readyState = "ended";
  }
  /** Ends the track as unplugging the device does. */
  end() {
    this.stop();
    this.dispatchEvent(new Event("ended"));
  }
}

export class Stream extends EventTarget {
  #tracks;
  constructor(tracks = []) {
    super();
    this.#tracks = new Set(tracks);
  }
  getTracks() {
    return [...this.#tracks];
  }
  get active() {
    return this.getTracks().some(({ readyState }) => readyState === "live");
  }
  getAudioTracks() {
    return this.getTracks().filter(({ kind }) => kind === "audio");
  }
  getVideoTracks() {
    return this.getTracks().filter(({ kind }) => kind === "video");
  }
  addTrack(track) {
    this.#tracks.add(track);
  }
  removeTrack(track) {
    this.#tracks.delete(track);
  }
}

class TrackEvent extends Event {
  constructor(type, { track }) {
    super(type);
    this.track = track;
  }
}

/** An audio context that can be suspended, as by a phone call. */
export class Context extends EventTarget {
  static all = [];
  state = "running";
  level = { value: 1 };
  inputs = new Set();
  /** Whether it can be resumed right now. */
  isFree = true;

  constructor() {
    super();
    Context.all.push(this);
  }
  createGain() {
    return { gain: this.level, connect() {} };
  }
  createMediaStreamDestination() {
    return { stream: new Stream([new Track("audio", {}, "destination")]) };
  }
  createMediaStreamSource(stream) {
    const [track] = stream.getTracks();
    return {
      connect: () => this.inputs.add(track),
      disconnect: () => this.inputs.delete(track),
    };
  }
  become(state) {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
  async resume() {
    if (!this.isFree) throw new DOMException("", "InvalidStateError");
    this.become("running");
  }
  async close() {
    this.become("closed");
  }
}

/** Sets all stand-ins as globals, with this `mediaDevices`. */
export function standIn(mediaDevices, userAgent = "") {
  Context.all = [];
  const globals = {
    MediaStream: Stream,
    MediaStreamTrack: Track,
    MediaStreamTrackEvent: TrackEvent,
    AudioContext: Context,
    Audio: class extends EventTarget {},
    document: new EventTarget(),
    navigator: { mediaDevices, userAgent },
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

/** An engine's host, as the scripts for devices use it; `told` holds its events. */
export function aHost() {
  const life = new AbortController();
  const told = [];
  const host = {
    captures: new Map(),
    published: new Map(),
    faces: new WeakMap(),
    bitrates: new WeakMap(),
    life: life.signal,
    told,
    emit: (...event) => told.push(event),
    failure: (code, message) => Object.assign(new Error(message), { code }),
    bad: (message) => Object.assign(new Error(message), { code: 1100001 }),
    lookAtDevices() {},
    connections: () => host.senders.map((sender) => connectionOf(sender)),
    senders: [],
    destroy: () => life.abort(host.failure(1101000)),
  };
  return host;
}

/** A connection that sends a stream, with one transceiver for each kind. */
export class Sender {
  taken = [];
  constructor(track) {
    this.kind = track.kind;
    this.track = track;
  }
  /** Changes the sent track a little later, as a browser does. */
  async replaceTrack(track) {
    this.taken.push(track);
    await new Promise(setImmediate);
    this.track = track;
  }
}

const connectionOf = (...senders) => ({
  getTransceivers: () =>
    senders.map((sender) => ({ sender, receiver: { track: { kind: sender.kind } } })),
});
