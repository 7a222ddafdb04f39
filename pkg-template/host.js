import { bad } from "./arguments.js";
import { watchDevices } from "./devices.js";
import { failure } from "./failure.js";
import { watchLog } from "./log.js";
import { watchMutes } from "./mute.js";
import { watchPlayed } from "./play_mute.js";
import { watchQuality } from "./quality.js";
import { watchRunning } from "./running.js";

/** What the scripts for devices, tracks and elements stand on, one for each engine. */
export class Host {
  /** The tracks captured for each stream. */
  captures = new Map();
  /** Of each stream ID, the MediaStream it was last published from. */
  published = new Map();
  /** What the app has instead of some MediaStreams. */
  faces = new WeakMap();
  /** The most kbps that is sent of some MediaStreams: `{ audio, video }`. */
  bitrates = new WeakMap();
  /** Streams of which the app has muted the sound. */
  silent = new WeakSet();
  isMicrophoneMuted = false;
  bad = bad;
  #core;
  #life = new AbortController();

  /** @param core The engine's `EngineCore`. */
  constructor(core, serverUrl) {
    this.#core = core;
    this.serverUrl = serverUrl;
    this.lookAtDevices = watchDevices(this);
    for (const watch of [watchLog, watchMutes, watchPlayed, watchRunning, watchQuality])
      watch(this);
  }

  /** Ends with the engine; its reason is the error of whatever is called later. */
  get life() {
    return this.#life.signal;
  }

  end() {
    this.#life.abort(this.failure(1101000));
  }

  /** The `Error` of a code, with the table's words unless others are given. */
  failure(code, message) {
    return failure(code, message ?? this.#core.words(code));
  }

  /** The RTCPeerConnections there are for a stream, the newest last. */
  connections(isPublisher, streamID) {
    return this.#core.connections(isPublisher, streamID);
  }

  /** Tells the room what is muted of a stream, in the room's bits. */
  mute(streamID, muted) {
    this.#core.mute(streamID, muted);
  }

  /** Has a function called with each event's name and arguments, before the app's listeners. */
  observe(observer) {
    this.#core.observe(observer);
  }

  /** Tells an event in turn with the module's. */
  emit(event, values) {
    this.#core.emit(event, values);
  }
}
