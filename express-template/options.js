// What apps pass as options though it says nothing: an empty input field read as a number, a kind
// of source that is switched off. The compatible SDK passes over it, and `ExpressEngine` refuses it.

/** @import { StreamSource, ZegoStreamOptions } from "holdfast/index.js" */
/** @import { ConstraintExtend } from "./sdk/src/common/zego.entity.web.js" */

/** @typedef {Record<string, unknown>} Options */

/** The kinds of source. */
const KINDS = ["camera", "screen", "custom"];

/** Options of which 0 says nothing. */
const SIZES = ["width", "height", "frameRate", "bitrate", "audioBitrate", "maxBitrate"];

/**
 * @param {unknown} value
 * @returns {value is Options}
 */
const isObject = (value) => typeof value === "object" && value !== null;

/**
 * Whether an option says anything.
 *
 * @param {string} name
 * @param {unknown} value
 */
function isSaid(name, value) {
  if (value === undefined || value === null || value === "" || Number.isNaN(value)) return false;
  return !(SIZES.includes(name) && value === 0);
}

/**
 * An option; of a size that is a constraint, the number that fits it.
 *
 * @param {string} name
 * @param {unknown} value
 */
function plain(name, value) {
  if (!SIZES.includes(name) || !isObject(value)) return value;
  const { ideal, exact, max, min } = /** @type {ConstraintExtend} */ (value);
  return ideal ?? exact ?? max ?? min;
}

/**
 * A copy of an object without the options that say nothing; of anything else the value itself.
 *
 * @template Value
 * @param {Value} options
 */
export function said(options) {
  if (!isObject(options)) return options;
  const plainly = Object.entries(options).map(([name, value]) => [name, plain(name, value)]);
  const kept = plainly.filter(([name, value]) => isSaid(/** @type {string} */ (name), value));
  return /** @type {Value} */ (Object.fromEntries(kept));
}

/**
 * What a stream is to be made of: without the kinds that are switched off, and each of them as `of`
 * gives it.
 *
 * @param {Options} sources
 * @param {(source: unknown) => unknown} of
 */
function sourcesOf(sources, of) {
  const kept = said(sources);
  for (const kind of KINDS) {
    if (kept[kind]) kept[kind] = of(kept[kind]);
    else delete kept[kind];
  }
  return kept;
}

/**
 * The source of `createStream`; anything but an object stands for the default.
 *
 * @param {unknown} source
 */
export function streamSource(source) {
  const kept = isObject(source) ? sourcesOf(source, said) : undefined;
  return /** @type {StreamSource} */ (kept);
}

/**
 * The options of `createZegoStream`.
 *
 * @param {unknown} options
 */
export function zegoStreamOptions(options) {
  if (!isObject(options)) return /** @type {undefined} */ (options);
  const { videoBitrate, ...kept } = sourcesOf(options, mediaOptions);
  // Of an object only the maximum means something here.
  const { bitrate } = said({
    bitrate: isObject(videoBitrate) ? videoBitrate.bitrate : videoBitrate,
  });
  const limit = bitrate === undefined ? {} : { videoBitrate: bitrate };
  return /** @type {ZegoStreamOptions} */ ({ ...kept, ...limit });
}

/**
 * The options of a source's video and audio.
 *
 * @param {unknown} source
 */
function mediaOptions(source) {
  if (!isObject(source)) return source;
  const { video, audio, ...others } = source;
  return said({ ...others, video: said(video), audio: said(audio) });
}
