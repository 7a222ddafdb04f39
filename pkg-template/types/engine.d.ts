import type { CaptureMethods } from "./capture.js";
import type { DeviceMethods } from "./devices.js";
import type { EngineEvents } from "./events.js";
import type { MessageMethods } from "./messages.js";
import type { MuteMethods } from "./mutes.js";
import type { QualityMethods } from "./quality.js";
import type { RecoveryMethods } from "./recovery.js";
import type { RoomMethods } from "./rooms.js";
import type { StreamMethods } from "./streams.js";
import type { ViewMethods } from "./views.js";

/** Retry windows in seconds, where 0 means no retry, and intervals in milliseconds. */
export interface EngineConfig {
  /** How long a lost room is retried. Default: 1200. */
  readonly roomRetryTime?: number;
  /** How long a lost publisher or player is retried. Default: 1200. */
  readonly streamRetryTime?: number;
  /** Another name of `roomRetryTime`. */
  readonly room_retry_time?: number;
  /** Another name of `streamRetryTime`. */
  readonly av_retry_time?: number;
  /** Milliseconds between two `publishQualityUpdate`; at least 1000. Default: 3000. */
  readonly publishQualityInterval?: number;
  /** Milliseconds between two `playQualityUpdate`; at least 1000. Default: 3000. */
  readonly playQualityInterval?: number;
}

/** Which events are written to the console. */
export interface LogConfig {
  /** The lowest level. `"debug"`: all events; `"info"`: states; `"warn"`: states with a code. */
  readonly logLevel: "debug" | "info" | "warn" | "error" | "report" | "disable";
}

// The methods are declared in the files of their subjects.
export interface ExpressEngine
  extends RoomMethods,
    MessageMethods,
    CaptureMethods,
    StreamMethods,
    ViewMethods,
    DeviceMethods,
    MuteMethods,
    QualityMethods,
    RecoveryMethods {}

/**
 * A user's client: it is in one room at a time, and publishes and plays streams there. After
 * `destroyEngine`, a method that would do something throws, or rejects with, 1101000.
 */
export class ExpressEngine {
  /**
   * @param appID - The app's number.
   * @param server - The room server: `"https://host"`, `"wss://host"` and the like. Of a list, the
   * first entry is used.
   * @throws {@link EngineError} 1101000 if {@link init} has not resolved yet (never with the
   * entries `inline` and `global`), 1001004 if the number is no positive 32-bit integer, 1100001 if
   * the server is no `http` or `ws` URL.
   * @example
   * ```ts
   * import { ExpressEngine, init } from "holdfast-rtc";
   *
   * await init();
   * const engine = new ExpressEngine(1, "https://rooms.example.com");
   * ```
   */
  constructor(appID: number, server: string | readonly string[]);

  /**
   * Sets the retry windows, before `loginRoom`.
   *
   * @param config - An object, or a string as in the native editions, such as
   * `"room_retry_time=600;av_retry_time=600"`.
   * @throws {@link EngineError} 1100001 if a value is bad or a login was made already; then nothing
   * is changed.
   * @example
   * ```ts
   * engine.setEngineConfig({ roomRetryTime: 600, streamRetryTime: 60 });
   * ```
   */
  setEngineConfig(config: string | EngineConfig): void;

  /**
   * Adds a listener. Listeners are called in the order they were added. One that throws does not
   * stop the others, and its error is reported as uncaught.
   *
   * @returns false if there is no such event, `listener` is no function, or it listens already.
   * @example
   * ```ts
   * engine.on("roomStateChanged", (roomID, reason, errorCode) => {
   *   if (reason === "KICKOUT") console.warn(`removed from ${roomID}: ${errorCode}`);
   * });
   * ```
   */
  on<Name extends keyof EngineEvents>(event: Name, listener: EngineEvents[Name]): boolean;

  /**
   * As {@link on}, for the next such event only.
   *
   * @example
   * ```ts
   * engine.once("roomStreamUpdate", (roomID, change, streams) => console.log(change, streams));
   * ```
   */
  once<Name extends keyof EngineEvents>(event: Name, listener: EngineEvents[Name]): boolean;

  /**
   * Removes a listener, or all of the event's.
   *
   * @returns Whether one was removed.
   * @example
   * ```ts
   * const show = (roomID: string, count: number) => console.log(count);
   * engine.on("roomOnlineUserCountUpdate", show);
   * engine.off("roomOnlineUserCountUpdate", show);
   * ```
   */
  off<Name extends keyof EngineEvents>(event: Name, listener?: EngineEvents[Name]): boolean;

  /**
   * Writes events to the console, from a level on. Until this is called, only a warning that says
   * why the server cannot be reached is written. Nothing is sent anywhere, and tokens are never
   * written.
   *
   * @example
   * ```ts
   * engine.setLogConfig({ logLevel: "info" });
   * ```
   * @returns Whether the level is known.
   */
  setLogConfig(config: LogConfig): boolean;

  /**
   * Writes all events to the console, or none.
   *
   * @example
   * ```ts
   * engine.setDebugVerbose(true);
   * ```
   */
  setDebugVerbose(enable: boolean): void;

  /**
   * The SDK's version, such as `"0.1.0"`.
   *
   * @example
   * ```ts
   * console.log(`holdfast-rtc ${engine.getVersion()}`);
   * ```
   */
  getVersion(): string;

  /**
   * Logs out, stops publishing, playing and capturing, and drops all listeners. The engine cannot
   * be used again.
   *
   * @example
   * ```ts
   * addEventListener("pagehide", () => engine.destroyEngine());
   * ```
   */
  destroyEngine(): void;
}

/** The engine's name in the compatible API. */
export { ExpressEngine as ZegoExpressEngine };
