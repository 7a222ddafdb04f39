// Quality events: the figures of each stream, every few seconds while it is published or played.

/** @import { PlayStats, PublishStats, QualityGrade } from "./index.js" */
/** @import { Host } from "./host.js" */
/** @import { Side } from "./running.js" */

import { look } from "./figures.js";
import { statistics } from "./running.js";

/**
 * Runs a timer for each side while it has streams.
 *
 * @param {Host} host
 */
export function watchQuality(host) {
  watchSide(host, "publish", "publishQualityUpdate");
  watchSide(host, "play", "playQualityUpdate");
}

/**
 * @param {Host} host
 * @param {Side} side
 * @param {"publishQualityUpdate" | "playQualityUpdate"} name
 */
function watchSide(host, side, name) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const run = () => tell(host, side, name);
  host.observe((event, _args) => {
    if (event !== "publisherStateUpdate" && event !== "playerStateUpdate") return;
    const { size } = host.running[side];
    if (size && !timer) {
      run(); // the first look, to compare with
      timer = setInterval(run, host.intervals[side]);
    } else if (!size) {
      clearInterval(timer);
      timer = undefined;
      host.looks[side].clear();
    }
  });
}

/**
 * @param {Host} host
 * @param {Side} side
 * @param {"publishQualityUpdate" | "playQualityUpdate"} name
 */
async function tell(host, side, name) {
  const looks = host.looks[side];
  const running = host.running[side];
  for (const streamID of looks.keys()) if (!running.has(streamID)) looks.delete(streamID);
  for (const streamID of running) {
    const found = await statistics(host, side, streamID);
    if (!running.has(streamID) || host.life.aborted) continue;
    const before = looks.get(streamID);
    const seen = look(side === "publish", found, before);
    looks.set(streamID, seen);
    if (before) host.emit(name, [streamID, seen.stats]);
  }
  if (!host.life.aborted) {
    host.emit("networkQuality", ["", worst(host, "publish"), worst(host, "play")]);
  }
}

/**
 * @param {Host} host
 * @param {Side} side
 */
function worst(host, side) {
  const grades = [...host.looks[side].values()].map(({ grade }) => grade);
  return /** @type {QualityGrade} */ (Math.max(-1, ...grades));
}

/**
 * The figures of the stream's last quality event.
 *
 * @param {Host} host
 * @param {string} streamID
 * @returns {PublishStats | null}
 */
export const publishQuality = (host, streamID) => host.looks.publish.get(streamID)?.stats ?? null;

/**
 * @param {Host} host
 * @param {string} streamID
 * @returns {PlayStats | null}
 */
export const playQuality = (host, streamID) => host.looks.play.get(streamID)?.stats ?? null;
