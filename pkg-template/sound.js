// Sound levels of published and played streams, from the audio energy that the browser counts.

import { between } from "./arguments.js";
import { statistics } from "./running.js";

const SIDES = [
  [true, "push", "media-source"],
  [false, "pull", "inbound-rtp"],
];

/** 0 to 100, from the mean audio energy since the last report; the root follows human hearing. */
function level(now, then) {
  const rise = (name) => Math.max(0, now?.[name] - (then?.[name] ?? 0));
  const energy = rise("totalAudioEnergy") / rise("totalSamplesDuration") || 0;
  return Math.min(100, Math.floor(100 * energy ** 0.25));
}

async function tell(host, looks) {
  const levels = [];
  for (const [isPublisher, type, source] of SIDES) {
    for (const streamID of host.running[isPublisher]) {
      const { entries } = await statistics(host, isPublisher, streamID);
      const now = entries.find((entry) => entry.type === source && entry.kind === "audio");
      const soundLevel = level(now, looks.get(type + streamID));
      looks.set(type + streamID, now);
      levels.push({ streamID, soundLevel, type });
    }
  }
  if (levels.length) host.emit("soundLevelUpdate", [levels]);
  // Published streams come first.
  if (levels[0]?.type === "push") host.emit("capturedSoundLevelUpdate", [levels[0].soundLevel]);
}

export const soundMethods = {
  setSoundLevelDelegate(host, isOn, intervalMs = 1000, options = {}) {
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
  },
};
