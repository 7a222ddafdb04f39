import type { RoomStateReason } from "./rooms.js";
import type { PlayerStateName, PublisherStateName } from "./streams.js";

/** What can be lost and recovered by itself. */
export type Layer = "room" | "publish" | "play";

/**
 * Why a layer tries or waits. `"start"`: the app started it; `"local"`: this side's network came
 * back, changed or woke up, or something here fell silent; `"remote"`: the far end closed, refused
 * or failed; `"told"`: the far end said how long to wait; `"offline"`: the browser says there is no
 * network; `"limited"`: too many tries at one server; `"too-soon"`: started again too soon after it
 * had failed.
 */
export type RetryCause = "start" | "local" | "remote" | "told" | "offline" | "limited" | "too-soon";

/**
 * What a server that was never reached looks like. `"no-server"`: nothing answers, so the name or
 * the port is wrong, or it is away; `"wrong-path"`: a server has nothing at this path;
 * `"not-holdfast"`: what answers is no Holdfast room server; `"other-version"`: it speaks another
 * version of the protocol; `"no-websocket"`: it answers, but no WebSocket to it can be opened.
 */
export type UnreachedReason =
  | "no-server"
  | "wrong-path"
  | "not-holdfast"
  | "other-version"
  | "no-websocket";

/** A try that starts, or a wait for the next. */
export interface RetryUpdate {
  /** What tries. */
  readonly layer: Layer;
  /** Its roomID or streamID. */
  readonly id: string;
  /** Why. */
  readonly cause: RetryCause;
  /** Tries of this outage, the one this is about included; from 1. */
  readonly attempt: number;
  /** Milliseconds until that try; 0 if it starts now. */
  readonly nextAttemptInMs: number;
  /** Milliseconds since the outage, or the start, began. */
  readonly elapsedMs: number;
  /** Milliseconds after which it is given up; 0 without retry. */
  readonly windowMs: number;
  /**
   * What seems to be wrong with the server's address, for the room of a login that has never
   * succeeded; known some seconds after the first try, empty before and for all else. Tries go on,
   * since it may heal.
   */
  readonly reason: UnreachedReason | "";
  /** The code that says the same; 0 where `reason` is empty. */
  readonly errorCode: number;
}

/** A change of state in {@link ExpressEngine.timeline}. */
export interface TimelineState {
  /** When, on the clock of `performance.now()`. */
  readonly atMs: number;
  /** Whose state. */
  readonly layer: Layer;
  /** Its roomID or streamID. */
  readonly id: string;
  /** The new state, in the words of the layer's event. */
  readonly state: RoomStateReason | PublisherStateName | PlayerStateName;
  /** 0, or why. */
  readonly errorCode: number;
  /** Where a loss ends with this state: how many milliseconds it took. */
  readonly durationMs?: number;
  readonly cause?: never;
}

/** A try or a wait in {@link ExpressEngine.timeline}. */
export interface TimelineRetry extends RetryUpdate {
  /** When, on the clock of `performance.now()`. */
  readonly atMs: number;
  readonly state?: never;
}

/** An entry of {@link ExpressEngine.timeline}; `state` or `cause` tells which. */
export type TimelineEntry = TimelineState | TimelineRetry;

/** What an engine tells of its reconnects, and how it is hurried. */
export interface RecoveryMethods {
  /**
   * The history of states, tries and recoveries: the last 500, oldest first. Each recovery is also
   * a User Timing measure, as `"holdfast:room lobby"` or `"holdfast:play ada-camera"`, which
   * browsers show in their performance panels and `performance.getEntriesByType("measure")` lists,
   * the last of each name.
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
   * Tries at once whatever waits for its next try: for a button beside "reconnecting…". What lives is
   * probed. A wait that the server asked for is kept to (ROOM-06), and so is the limit on tries at
   * one server (MEDIA-10).
   *
   * @throws {@link EngineError} 1101000 after `destroyEngine`.
   * @example
   * ```ts
   * engine.on("retryUpdate", ({ nextAttemptInMs }) => { button.hidden = nextAttemptInMs === 0; });
   * button.onclick = () => engine.retryNow();
   * ```
   */
  retryNow(): void;

  /**
   * In dev builds only (`cargo xtask build --dev`): what the engine was told and did since it was
   * made, as JSON lines that `cargo run --example replay` runs again. Tokens and secrets are in it.
   *
   * @example
   * ```ts
   * const lines = engine.simulate?.("trace");
   * ```
   */
  simulate?(command: "trace"): string;
}
