// Quality events: the figures of each stream, every few seconds while it is published or played.

import { look } from "./figures.js";
import { statistics } from "./running.js";

const SIDES = [
  [true, "publish"],
  [false, "play"],
];

/** Runs a timer for each side while it has streams. */
export function watchQuality(host) {
  host.looks = { true: new Map(), false: new Map() };
  host.intervals = { publish: 3000, play: 3000 };
  for (const [isPublisher, name] of SIDES) {
    let timer;
    const run = () => tell(host, isPublisher, name);
    host.observe((event) => {
      if (!event.endsWith("rStateUpdate")) return;
      const { size } = host.running[isPublisher];
      if (size && !timer) {
        run(); // the first look, to compare with
        timer = setInterval(run, host.intervals[name]);
      } else if (!size) {
        timer = clearInterval(timer);
        host.looks[isPublisher].clear();
      }
    });
  }
}

async function tell(host, isPublisher, name) {
  const looks = host.looks[isPublisher];
  const running = host.running[isPublisher];
  for (const streamID of looks.keys()) if (!running.has(streamID)) looks.delete(streamID);
  for (const streamID of running) {
    const found = await statistics(host, isPublisher, streamID);
    if (!running.has(streamID) || host.life.aborted) continue;
    const before = looks.get(streamID);
    const seen = look(isPublisher, found, before);
    looks.set(streamID, seen);
    if (before) host.emit(`${name}QualityUpdate`, [streamID, seen.stats]);
  }
  const worst = (side) => Math.max(-1, ...[...host.looks[side].values()].map(({ grade }) => grade));
  if (!host.life.aborted) host.emit("networkQuality", ["", worst(true), worst(false)]);
}

const last = (side) => (host, streamID) => host.looks[side].get(streamID)?.stats ?? null;

export const qualityMethods = {
  getPublishingStreamQuality: last(true),
  getPlayingStreamQuality: last(false),
};
