/**
 * Browser SDK for rooms and streams that reconnect by themselves.
 *
 * @packageDocumentation
 */

export * from "./types/capture.js";
export * from "./types/codes.js";
export * from "./types/devices.js";
export * from "./types/engine.js";
export * from "./types/errors.js";
export * from "./types/events.js";
export * from "./types/local_stream.js";
export * from "./types/messages.js";
export * from "./types/mutes.js";
export * from "./types/quality.js";
export * from "./types/recovery.js";
export * from "./types/rooms.js";
export * from "./types/states.js";
export * from "./types/streams.js";
export * from "./types/views.js";

/** What {@link init} can load the WebAssembly module from. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Loads the WebAssembly module. Call and await it once before the first `new ExpressEngine`;
 * further calls return the first one's promise. After a failed load it can be called again.
 * The entries `holdfast-rtc/inline` and `holdfast-rtc/global` have no need of it.
 *
 * @param source - Where the module is; by default `holdfast_bg.wasm` beside this file.
 * @example
 * ```ts
 * import { init } from "holdfast-rtc";
 * import moduleUrl from "holdfast-rtc/holdfast.wasm"; // only where a bundler does not follow the default
 *
 * await init(moduleUrl);
 * ```
 */
export function init(
  source?: ModuleSource | PromiseLike<Response | WebAssembly.Module>,
): Promise<void>;
