/** @import { EngineError } from "./index.js" */

/**
 * Makes the error that an app sees: an `Error` with its code under the compatible API's names.
 *
 * @param {number} code
 * @param {string} message
 * @returns {EngineError}
 */
export const failure = (code, message) =>
  Object.assign(new Error(message), { code, errorCode: code, msg: message, extendedData: "" });
