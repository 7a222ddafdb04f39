/** @import { Span } from "../testing.js" */

/** @type {Record<string, number>} */
const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/**
 * Milliseconds, from a number of them or a text such as "20min" or "1min 30s".
 *
 * @param {Span} span
 */
export function milliseconds(span) {
  const parts = typeof span === "string" ? span.trim().split(/\s+/) : [];
  /** @param {string} part */
  const read = (part) => {
    const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|min|h)$/.exec(part) ?? [];
    return Number(number) * (UNITS[unit] ?? NaN);
  };
  const sum =
    typeof span === "number" ? span : parts.reduce((total, part) => total + read(part), 0);
  if (!(sum >= 0 && sum < Infinity) || span === "") {
    throw new TypeError(`${JSON.stringify(span)} is no span of time: give "20min" or milliseconds`);
  }
  return Math.round(sum);
}
