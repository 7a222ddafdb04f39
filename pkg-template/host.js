import { bad } from "./arguments.js";
import { watchDevices } from "./devices.js";
import { failure } from "./failure.js";
import { watchLog } from "./log.js";
import { watchMutes } from "./mute.js";
import { watchPlayed } from "./play_mute.js";
import { watchQuality } from "./quality.js";
import { watchRunning } from "./running.js";

/** The state that the scripts for devices, tracks and elements share; each engine has one. */
export class Host {
  /** The tracks captured for each stream. */
  captures = new Map();
  /** The MediaStream that each stream ID was last published from. */
  published = new Map();
  /** The `ZegoLocalStream` that the app has instead of a MediaStream. */
  faces = new WeakMap();
  /** The maximum kbps of MediaStreams (`bitrates.js`). */
  bitrates = new WeakMap();
  /** MediaStreams whose audio the app has muted. */
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

  /** Aborts when the engine ends; its reason is the error of later calls. */
  get life() {
    return this.#life.signal;
  }

  end() {
    this.#life.abort(this.failure(1101000));
  }

  /** Makes the `Error` of a code, with the table's message unless another is given. */
  failure(code, message) {
    return failure(code, message ?? this.#core.words(code));
  }

  /** The RTCPeerConnections of a stream, newest last. */
  connections(isPublisher, streamID) {
    return this.#core.connections(isPublisher, streamID);
  }

  /** Tells the room which kinds of a stream are muted, as the protocol's bits. */
  mute(streamID, muted) {
    this.#core.mute(streamID, muted);
  }

  /** Calls `observer` with each event's name and arguments, before the app's listeners. */
  observe(observer) {
    this.#core.observe(observer);
  }

  /** Fires an event, in order with the module's events. */
  emit(event, values) {
    this.#core.emit(event, values);
  }
}
