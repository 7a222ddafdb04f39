// What apps pass as options though it says nothing: an empty input field read as a number, a kind
// of source that is switched off. The compatible SDK passes over it, and `ExpressEngine` refuses it.

/** Options that no number below 1 can mean. */
const SIZES = ["width", "height", "frameRate", "bitrate", "audioBitrate", "maxBitrate"];

/**
 * Whether an option says anything.
 *
 * @param {string} name
 * @param {unknown} value
 */
function isSaid(name, value) {
  if (value === undefined || value === null || value === "" || Number.isNaN(value)) return false;
  return !(SIZES.includes(name) && typeof value === "number" && value < 1);
}

/**
 * The number of a size, which may be a constraint as browsers take it.
 *
 * @param {string} name
 * @param {any} value
 */
function plain(name, value) {
  if (!SIZES.includes(name) || typeof value !== "object") return value;
  return value?.ideal ?? value?.exact ?? value?.max ?? value?.min;
}

/**
 * A copy of an object without the options that say nothing; of anything else the value itself.
 *
 * @param {any} options
 */
export function said(options) {
  if (typeof options !== "object" || !options) return options;
  const plainly = Object.entries(options).map(([name, value]) => [name, plain(name, value)]);
  return Object.fromEntries(plainly.filter(([name, value]) => isSaid(name, value)));
}

/**
 * What a stream is to be made of, without the kinds that are switched off.
 *
 * @param {any} sources
 */
function sourcesOf(sources) {
  const kept = said(sources);
  for (const kind of ["camera", "screen", "custom"]) if (!kept[kind]) delete kept[kind];
  return kept;
}

/**
 * The source of `createStream`.
 *
 * @param {any} source
 */
export function streamSource(source) {
  if (typeof source !== "object" || !source) return source;
  const kept = sourcesOf(source);
  return Object.fromEntries(Object.entries(kept).map(([kind, options]) => [kind, said(options)]));
}

/**
 * The options of `createZegoStream`.
 *
 * @param {any} options
 */
export function zegoStreamOptions(options) {
  if (typeof options !== "object" || !options) return options;
  const { videoBitrate, ...kept } = sourcesOf(options);
  for (const kind of ["camera", "screen", "custom"]) {
    if (typeof kept[kind] === "object") kept[kind] = mediaOptions(kept[kind]);
  }
  // Of an object only the maximum means something here.
  const bitrate = typeof videoBitrate === "object" ? videoBitrate.bitrate : videoBitrate;
  const { bitrate: limit } = said({ bitrate });
  return limit === undefined ? kept : { ...kept, videoBitrate: limit };
}

/**
 * The options of a source's video and audio.
 *
 * @param {object} source
 */
function mediaOptions(source) {
  const { video, audio, ...others } = said(source);
  return said({ ...others, video: said(video), audio: said(audio) });
}
