/** @import { EngineEvents, ZegoLocalStream } from "./index.js" */
/** @import { Limits } from "./bitrates.js" */
/** @import { Capture } from "./captures.js" */
/** @import { Look } from "./figures.js" */
/** @import { EngineCore } from "./holdfast.js" */
/** @import { Side } from "./running.js" */

import { bad } from "./arguments.js";
import { watchDevices } from "./devices.js";
import { failure } from "./failure.js";
import { watchLog } from "./log.js";
import { watchMutes } from "./mute.js";
import { watchPlayed } from "./play_mute.js";
import { watchQuality } from "./quality.js";
import { watchRunning } from "./running.js";

/**
 * The arguments of a listener.
 *
 * @template {keyof EngineEvents} Name
 * @typedef {Parameters<EngineEvents[Name]>} EventArguments
 */

/**
 * An event's name and its arguments.
 *
 * @typedef {{
 *   [Name in keyof EngineEvents]: [event: Name, args: EventArguments<Name>]
 * }[keyof EngineEvents]} EngineEvent
 */

/** The state that the scripts for devices, tracks and elements share; each engine has one. */
export class Host {
  /**
   * The tracks captured for each stream.
   *
   * @type {Map<MediaStream, Map<MediaStreamTrack, Capture>>}
   */
  captures = new Map();
  /**
   * The MediaStream that each stream ID was last published from.
   *
   * @type {Map<string, MediaStream>}
   */
  published = new Map();
  /**
   * The IDs of the streams that are published and played now.
   *
   * @type {Record<Side, Set<string>>}
   */
  running = { publish: new Set(), play: new Set() };
  /**
   * The `ZegoLocalStream` that the app has instead of a MediaStream.
   *
   * @type {WeakMap<MediaStream, ZegoLocalStream>}
   */
  faces = new WeakMap();
  /**
   * The maximum kbps of MediaStreams (`bitrates.js`).
   *
   * @type {WeakMap<MediaStream, Limits>}
   */
  bitrates = new WeakMap();
  /**
   * MediaStreams whose audio the app has muted.
   *
   * @type {WeakSet<MediaStream>}
   */
  silent = new WeakSet();
  isMicrophoneMuted = false;
  /**
   * What the app has muted of played streams: a kind, and the stream's ID unless it is for all.
   *
   * @type {Set<string>}
   */
  playMutes = new Set();
  /** The milliseconds between two quality events. */
  intervals = { publish: 3000, play: 3000 };
  /**
   * The last figures of each running stream.
   *
   * @type {{ publish: Map<string, Look>, play: Map<string, Look> }}
   */
  looks = { publish: new Map(), play: new Map() };
  /**
   * The timer that tells sound levels.
   *
   * @type {ReturnType<typeof setInterval> | undefined}
   */
  soundTimer;
  /**
   * The place in the list of log levels; undefined until the app sets one.
   *
   * @type {number | undefined}
   */
  logLevel;
  bad = bad;
  #core;
  #life = new AbortController();

  /** @param {EngineCore} core */
  constructor(core) {
    this.#core = core;
    this.lookAtDevices = watchDevices(this);
    for (const watch of [watchLog, watchMutes, watchPlayed, watchRunning, watchQuality])
      watch(this);
  }

  /** Aborts when the engine ends; its reason is the error of later calls. */
  get life() {
    return this.#life.signal;
  }

  get serverUrl() {
    return this.#core.serverUrl;
  }

  end() {
    this.#life.abort(this.failure(1101000));
  }

  /**
   * Makes the `Error` of a code, with the table's message unless another is given.
   *
   * @param {number} code
   * @param {string} [message]
   */
  failure(code, message) {
    return failure(code, message ?? this.#core.words(code));
  }

  /**
   * The RTCPeerConnections of a stream, newest last.
   *
   * @param {boolean} isPublisher
   * @param {string} streamID
   * @returns {RTCPeerConnection[]}
   */
  connections(isPublisher, streamID) {
    return this.#core.connections(isPublisher, streamID);
  }

  /**
   * Tells the room which kinds of a stream are muted, as the protocol's bits.
   *
   * @param {string} streamID
   * @param {number} muted
   */
  mute(streamID, muted) {
    this.#core.mute(streamID, muted);
  }

  /**
   * Calls `observer` with each event's name and arguments, before the app's listeners.
   *
   * @param {(...told: EngineEvent) => void} observer
   */
  observe(observer) {
    this.#core.observe(observer);
  }

  /**
   * Fires an event, in order with the module's events.
   *
   * @template {keyof EngineEvents} Name
   * @param {Name} event
   * @param {EventArguments<Name>} values
   */
  emit(event, values) {
    this.#core.emit(event, values);
  }
}
