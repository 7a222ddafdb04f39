// Mutes played streams, on this side only, by disabling the received tracks.

import { text } from "./arguments.js";

/** Applies the mutes to the tracks of each new session. */
export function watchPlayed(host) {
  host.playMutes = new Set(); // a kind, and its stream's ID unless it is for all
  host.observe((event, [update]) => {
    if (event === "playerStateUpdate") apply(host, update.streamID);
  });
}

function apply(host, streamID) {
  const isMuted = (key) => host.playMutes.has(key);
  for (const connection of host.connections(false, streamID)) {
    for (const { track } of connection.getReceivers()) {
      track.enabled = !isMuted(track.kind) && !isMuted(track.kind + streamID);
    }
  }
}

async function mutePlayed(host, key, mute) {
  host.life.throwIfAborted();
  host.playMutes[mute ? "add" : "delete"](key);
  for (const streamID of host.running[false]) apply(host, streamID);
  return true;
}

const one = (kind) => async (host, streamID, mute) =>
  mutePlayed(host, kind + text(streamID, "streamID"), mute);
const all = (kind) => (host, mute) => mutePlayed(host, kind, mute);

export const playMuteMethods = {
  mutePlayStreamVideo: one("video"),
  mutePlayStreamAudio: one("audio"),
  muteAllPlayVideoStreams: all("video"),
  muteAllPlayAudioStreams: all("audio"),
};
