/**
 * The same as `holdfast-rtc`, for developing and testing an app in a real browser. A fault in the
 * module is reported in words with the names of its functions, and engines have
 * {@link DevEngine.simulate}. Its module is larger, and a page that imports `holdfast-rtc` never
 * loads it.
 *
 * **Do not ship it**: it lets any script of the page read what the engine was told, tokens and
 * secrets included.
 *
 * @packageDocumentation
 */

import { ExpressEngine, type ModuleSource, type TimelineEntry } from "./index.js";

export * from "./index.js";

/**
 * A fault that {@link DevEngine.simulate} causes.
 *
 * - `"link-drop"`: the WebSocket to the room server closes. A new one works at once, so this fault
 *   is over at once unless `ms` is given.
 * - `"link-blackhole"`: nothing arrives or leaves by WebSocket, and nothing closes. What was on its
 *   way comes at the end, as TCP does it.
 * - `"link-refused"`: the WebSocket closes, and every new one fails at once.
 * - `"media-loss"`: published and played streams lose their path. Requests to the media server still
 *   work.
 * - `"node-down"`: the media server is gone. Its sessions fail, and requests to it do not arrive. While
 *   the room is logged in, three rounds of that end a stream, after 8 s at most.
 * - `"offline"`: the browser says that there is no network, nothing gets through, and at the end the
 *   browser says that the network is back.
 * - `"sleep"`: the lid is closed. No timer of the engine runs, it is told nothing and does nothing;
 *   then it wakes up, and all that time has passed.
 */
export type Fault =
  | "link-drop"
  | "link-blackhole"
  | "link-refused"
  | "media-loss"
  | "node-down"
  | "offline"
  | "sleep";

/** How a fault is caused. */
export interface FaultOptions {
  /** How long it lasts: 0 to 1_800_000, 30 min. 10_000 if absent; 0 for `"link-drop"`. */
  readonly ms?: number;
}

/** The begin or the end of a fault in {@link DevEngine.timeline}. */
export interface TimelineFault {
  /** When, on the clock of `performance.now()`. */
  readonly atMs: number;
  /** Always `"fault"`. */
  readonly layer: "fault";
  /** Which fault. */
  readonly id: Fault;
  /** Whether it begins or is over. */
  readonly state: "BEGUN" | "OVER";
  /** Always 0. */
  readonly errorCode: 0;
  readonly cause?: never;
}

/** An {@link ExpressEngine} that can be broken and looked into. */
declare class DevEngine extends ExpressEngine {
  /**
   * Returns everything that the engine was told and did since it was made (the first 32 MiB), as JSON lines. The
   * project's `cargo run --features trace --example replay -- FILE` runs them again, so that a fault
   * can be found that happened to you.
   *
   * **The lines contain tokens, secrets of sessions and the texts of messages.** Give them only to
   * people who may have those.
   *
   * @example
   * ```ts
   * import { ExpressEngine, init } from "holdfast-rtc/dev";
   *
   * await init();
   * const engine = new ExpressEngine(1, "https://rooms.example.com");
   * const lines = engine.simulate("trace");
   * ```
   */
  simulate(what: "trace"): string;
  /**
   * Causes a fault of this engine alone, which ends by itself. Several may be there at once. The
   * engine gets no more help than in a real one: what recovers, and when, is what your users would
   * see. The fault's begin and end are in {@link timeline}.
   *
   * The browser's own connections go on underneath. So a picture may move on until the engine gives
   * its session up, and the others in the room see what the engine does, not the fault itself.
   * `navigator.onLine` and the page's own `offline` event are left alone.
   *
   * @returns Resolves when the fault is over. Recovery may come later.
   * @throws {@link EngineError} Rejects with 1100001 for an unknown fault, a bad `ms`, and more than
   * 16 faults at once; with 1101000 after `destroyEngine`.
   * @example
   * ```ts
   * import { ExpressEngine, init } from "holdfast-rtc/dev";
   *
   * await init();
   * const engine = new ExpressEngine(1, "https://rooms.example.com");
   * await engine.loginRoom("lobby", token, { userID: "ada" });
   * await engine.simulate("link-refused", { ms: 5_000 }); // "RECONNECTING" meanwhile
   * ```
   */
  simulate(fault: Fault, options?: FaultOptions): Promise<void>;

  /**
   * As in `holdfast-rtc`, with the begin and end of each fault.
   *
   * @example
   * ```ts
   * import { ExpressEngine, init } from "holdfast-rtc/dev";
   *
   * await init();
   * const engine = new ExpressEngine(1, "https://rooms.example.com");
   * const faults = engine.timeline().filter(({ layer }) => layer === "fault");
   * ```
   */
  timeline(): (TimelineEntry | TimelineFault)[];
  /**
   * Its type in `holdfast-rtc`: an engine of this entry fits wherever one of that is expected.
   *
   * @example
   * ```ts
   * import type { ExpressEngine } from "holdfast-rtc";
   * import { ExpressEngine as DevEngine, init } from "holdfast-rtc/dev";
   *
   * await init();
   * const tested: ExpressEngine = new DevEngine(1, "https://rooms.example.com");
   * console.log(tested.timeline().length);
   * ```
   */
  timeline(): TimelineEntry[];
}

export type { DevEngine };
export { DevEngine as ExpressEngine, DevEngine as ZegoExpressEngine };

/**
 * Loads the WebAssembly module, as `init` of `holdfast-rtc` does.
 *
 * @param source - Where the module is; by default `holdfast_dev_bg.wasm` beside this file.
 * @example
 * ```ts
 * import { init } from "holdfast-rtc/dev";
 * import moduleUrl from "holdfast-rtc/holdfast_dev.wasm"; // only where a bundler does not follow the default
 *
 * await init(moduleUrl);
 * ```
 */
export function init(
  source?: ModuleSource | PromiseLike<Response | WebAssembly.Module>,
): Promise<void>;
