import type { RoomStateReason } from "./rooms.js";
import type { PlayerStateName, PublisherStateName } from "./streams.js";

/** A part of an engine that can be lost and recovers by itself. */
export type Layer = "room" | "publish" | "play";

/**
 * Why a layer tries or waits. `"start"`: the app started it; `"local"`: this side's network came
 * back, changed or woke up, or a connection fell silent; `"remote"`: the far end closed, refused or
 * failed; `"told"`: the far end said how long to wait; `"offline"`: the browser says there is no
 * network; `"limited"`: too many tries at one server; `"too-soon"`: the app started it again too
 * soon after it had failed.
 */
export type RetryCause = "start" | "local" | "remote" | "told" | "offline" | "limited" | "too-soon";

/**
 * Why a server was never reached. `"no-server"`: nothing answers, so the name or the port is wrong,
 * or the server is down; `"wrong-path"`: the server has nothing at this path; `"not-holdfast"`: the
 * server that answers is no Holdfast room server; `"other-version"`: it speaks another version of
 * the protocol; `"no-websocket"`: it answers, but no WebSocket to it can be opened.
 */
export type UnreachedReason =
  | "no-server"
  | "wrong-path"
  | "not-holdfast"
  | "other-version"
  | "no-websocket";

/** A try that starts, or a wait for the next try. */
export interface RetryUpdate {
  /** The layer that tries. */
  readonly layer: Layer;
  /** Its roomID or streamID. */
  readonly id: string;
  /** Why it tries or waits. */
  readonly cause: RetryCause;
  /** The number, within the outage, of the try that starts or is waited for; from 1. */
  readonly attempt: number;
  /** Milliseconds until that try; 0 if it starts now. */
  readonly nextAttemptInMs: number;
  /** Milliseconds since the outage, or the start, began. */
  readonly elapsedMs: number;
  /** Milliseconds after which the layer gives up; 0 without retry. */
  readonly windowMs: number;
  /**
   * What seems to be wrong with the server's address. It is given only for the room of a login that
   * has never succeeded, from some seconds after the first try; otherwise it is empty. Tries go on,
   * since the fault may go away.
   */
  readonly reason: UnreachedReason | "";
  /** The error code for `reason`; 0 if that is empty. */
  readonly errorCode: number;
}

/** A change of state in {@link ExpressEngine.timeline}. */
export interface TimelineState {
  /** When, on the clock of `performance.now()`. */
  readonly atMs: number;
  /** The layer whose state changed. */
  readonly layer: Layer;
  /** Its roomID or streamID. */
  readonly id: string;
  /** The new state, in the words of the layer's event. */
  readonly state: RoomStateReason | PublisherStateName | PlayerStateName;
  /** The reason, or 0. */
  readonly errorCode: number;
  /** If an outage ends with this state: how many milliseconds it lasted. */
  readonly durationMs?: number;
  readonly cause?: never;
}

/** A try or a wait in {@link ExpressEngine.timeline}. */
export interface TimelineRetry extends RetryUpdate {
  /** When, on the clock of `performance.now()`. */
  readonly atMs: number;
  readonly state?: never;
}

/** An entry of {@link ExpressEngine.timeline}: it has either `state` or `cause`. */
export type TimelineEntry = TimelineState | TimelineRetry;

/** Methods that report reconnects and hurry them. */
export interface RecoveryMethods {
  /**
   * The history of states, tries and recoveries: the last 500, oldest first. Each recovery is also
   * a User Timing measure, such as `"holdfast:room lobby"` or `"holdfast:play ada-camera"`.
   * Browsers show these measures in their performance panels, and
   * `performance.getEntriesByType("measure")` lists the last one of each name.
   *
   * @example
   * ```ts
   * for (const entry of engine.timeline()) {
   *   if (entry.state === "RECONNECTED") console.log(`away for ${entry.durationMs} ms`);
   * }
   * ```
   */
  timeline(): TimelineEntry[];

  /**
   * Starts every try that is waiting, at once: for a button beside "reconnecting…". Connections
   * that are up are probed. A wait that the server asked for still holds (ROOM-06), and so does the
   * limit on tries at one server (MEDIA-10).
   *
   * @throws {@link EngineError} 1101000 after `destroyEngine`.
   * @example
   * ```ts
   * engine.on("retryUpdate", ({ nextAttemptInMs }) => { button.hidden = nextAttemptInMs === 0; });
   * button.onclick = () => engine.retryNow();
   * ```
   */
  retryNow(): void;
}
