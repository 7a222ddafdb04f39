/**
 * The same as `holdfast-rtc`, with the WebAssembly module in the script: no file beside it, and
 * `new ExpressEngine()` works at once.
 *
 * @packageDocumentation
 */

export * from "./index.js";

/**
 * Compiles the module off the main thread, which the first `new ExpressEngine` otherwise does on it
 * in a few milliseconds. There is no need to call it, except in Chrome before version 114, which
 * lets no page compile more than 4 KB at once.
 *
 * @example
 * ```ts
 * import { ExpressEngine } from "holdfast-rtc/inline";
 *
 * const engine = new ExpressEngine(1, "https://rooms.example.com");
 * ```
 */
export function init(): Promise<void>;
