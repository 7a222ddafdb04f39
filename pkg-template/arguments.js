// Arguments of the app's calls, checked before anything else happens.

import { failure } from "./failure.js";

/**
 * The error for an argument of the wrong type.
 *
 * @param {string} message
 */
export const bad = (message) => failure(1100001, message);

/**
 * Returns a string argument; the error for any other value contains `name`.
 *
 * @param {unknown} value
 * @param {string} name
 */
export const text = (value, name) => {
  if (typeof value !== "string") throw bad(`${name} must be a string`);
  return value;
};

/**
 * A stream to publish.
 *
 * @param {unknown} stream
 */
export const source = (stream) => {
  if (!(stream instanceof MediaStream)) throw bad("stream must be a MediaStream");
  if (!stream.getTracks().length) throw failure(1103047, "the stream has no track");
  return stream;
};

/**
 * A number of milliseconds, clamped to the range from `least` to `most`.
 *
 * @param {number} least
 * @param {number} ms
 * @param {number} most
 */
export const between = (least, ms, most) => {
  if (!Number.isFinite(ms)) throw bad("an interval must be a number of ms");
  return Math.min(most, Math.max(least, ms));
};
