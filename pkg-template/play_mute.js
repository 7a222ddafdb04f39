// Mutes played streams, on this side only, by disabling the received tracks.

/** @import { Host } from "./host.js" */
/** @import { Kind } from "./tracks.js" */

import { text } from "./arguments.js";

/**
 * Applies the mutes to the tracks of each new session.
 *
 * @param {Host} host
 */
export function watchPlayed(host) {
  host.observe((event, args) => {
    if (event === "playerStateUpdate") apply(host, args[0].streamID);
  });
}

/**
 * @param {Host} host
 * @param {string} streamID
 */
function apply(host, streamID) {
  /** @param {string} key */
  const isMuted = (key) => host.playMutes.has(key);
  for (const connection of host.connections(false, streamID)) {
    for (const { track } of connection.getReceivers()) {
      track.enabled = !isMuted(track.kind) && !isMuted(track.kind + streamID);
    }
  }
}

/**
 * Mutes a kind of all played streams, those that start later too, or takes that back.
 *
 * @param {Host} host
 * @param {Kind} kind
 * @param {boolean} mute
 */
export const mutePlayedStreams = async (host, kind, mute) => setMute(host, kind, mute);

/**
 * The same for one stream.
 *
 * @param {Host} host
 * @param {Kind} kind
 * @param {string} streamID
 * @param {boolean} mute
 */
export const mutePlayedStream = async (host, kind, streamID, mute) =>
  setMute(host, kind + text(streamID, "streamID"), mute);

/**
 * @param {Host} host
 * @param {string} key
 * @param {boolean} mute
 */
function setMute(host, key, mute) {
  host.life.throwIfAborted();
  host.playMutes[mute ? "add" : "delete"](key);
  for (const streamID of host.running.play) apply(host, streamID);
  return true;
}
