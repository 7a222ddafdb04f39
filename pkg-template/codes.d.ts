/**
 * The codes of errors and events by name, apart from the SDK itself: a page that spells its numbers
 * does not load them.
 *
 * @packageDocumentation
 */

import type { ErrorCodes } from "./index.js";

/**
 * Every code by its name, frozen.
 *
 * @example
 * ```ts
 * import type { EngineError } from "holdfast-rtc";
 * import { ErrorCode } from "holdfast-rtc/codes";
 *
 * const explain = ({ code }: EngineError) => {
 *   banner.hidden = code !== ErrorCode.PERMISSION_DENIED;
 * };
 * engine.createStream().catch(explain);
 * ```
 */
export const ErrorCode: ErrorCodes;
