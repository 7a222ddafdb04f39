// Calls with which apps tidy up, mostly just before they leave a room. The compatible SDK writes what
// is wrong with them to the console and goes on, and so does the app.

/**
 * The result of a call, or `instead` if it is refused.
 *
 * @template Result
 * @param {Result} instead
 * @param {() => Result} call
 */
export function orWarn(instead, call) {
  try {
    return call();
  } catch (error) {
    return warned(error, instead);
  }
}

/**
 * What a call resolves with, or `instead` if it is refused.
 *
 * @template Result
 * @param {Result} instead
 * @param {Promise<Result>} result
 */
export const orWarnLater = (instead, result) => result.catch((error) => warned(error, instead));

/**
 * Writes an error to the console, and returns `instead`.
 *
 * @template Result
 * @param {unknown} error
 * @param {Result} instead
 */
export function warned(error, instead) {
  console.warn("holdfast", /** @type {Error} */ (error).message);
  return instead;
}
