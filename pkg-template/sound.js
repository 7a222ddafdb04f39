// Sound levels of published and played streams, from the audio energy that the browser counts.

/** @import { SoundLevel, SoundLevelOptions } from "./index.js" */
/** @import { Host } from "./host.js" */
/** @import { StatsEntry } from "./running.js" */

import { between } from "./arguments.js";
import { statistics } from "./running.js";

const SIDES = /** @type {const} */ ([
  ["publish", "push", "media-source"],
  ["play", "pull", "inbound-rtp"],
]);

/**
 * 0 to 100, from the mean audio energy since the last report; the root follows human hearing.
 *
 * @param {StatsEntry | undefined} now
 * @param {StatsEntry | undefined} then
 */
function level(now, then) {
  /** @param {"totalAudioEnergy" | "totalSamplesDuration"} name */
  const rise = (name) => Math.max(0, (now?.[name] ?? NaN) - (then?.[name] ?? 0));
  const energy = rise("totalAudioEnergy") / rise("totalSamplesDuration") || 0;
  return Math.min(100, Math.floor(100 * energy ** 0.25));
}

/**
 * @param {Host} host
 * @param {Map<string, StatsEntry | undefined>} looks
 */
async function tell(host, looks) {
  /** @type {SoundLevel[]} */
  const levels = [];
  for (const [side, type, source] of SIDES) {
    for (const streamID of host.running[side]) {
      const { entries } = await statistics(host, side, streamID);
      const now = entries.find((entry) => entry.type === source && entry.kind === "audio");
      const soundLevel = level(now, looks.get(type + streamID));
      looks.set(type + streamID, now);
      levels.push({ streamID, soundLevel, type });
    }
  }
  const [first] = levels;
  if (first) host.emit("soundLevelUpdate", [levels]);
  // Published streams come first.
  if (first?.type === "push") host.emit("capturedSoundLevelUpdate", [first.soundLevel]);
}

/**
 * Tells sound levels at an interval, or no longer.
 *
 * @param {Host} host
 * @param {boolean} isOn
 * @param {number} [intervalMs]
 * @param {SoundLevelOptions} [options]
 */
export function tellSoundLevels(host, isOn, intervalMs = 1000, options) {
  host.life.throwIfAborted();
  const everyMs = between(100, intervalMs, 3000);
  clearInterval(host.soundTimer);
  const looks = new Map();
  if (!isOn) return;
  host.soundTimer = setInterval(() => {
    if (host.life.aborted) clearInterval(host.soundTimer);
    else if (options?.enableInBackground || !document.hidden) {
      tell(host, looks).catch(() => {}); // a connection that was closed meanwhile
    }
  }, everyMs);
}
