// Sets up the connections of a stream. The module calls these functions with each new connection,
// again when media flows through a player's connection, and without one when no more will follow.

import { bad } from "./arguments.js";
import { Bridge } from "./bridge.js";
import { KINDS } from "./tracks.js";

/** Makes a publisher's connections send the tracks that the stream has when each is made. */
export const sending = (host, media, codec) => (connection) => {
  for (const track of media.getTracks()) {
    const init = { direction: "sendonly", streams: [media] };
    const kbps = host.bitrates.get(media)?.[track.kind];
    if (kbps) init.sendEncodings = [{ maxBitrate: 1000 * kbps }];
    const transceiver = connection.addTransceiver(track, init);
    if (codec && track.kind === "video") prefer(transceiver, `video/${codec}`);
  }
};

/** Puts one video codec before all others; the others stay as a fallback. */
function prefer(transceiver, codec) {
  // Browsers that cannot order codecs send what the node's answer puts first.
  if (!transceiver.setCodecPreferences) return;
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const rank = ({ mimeType }) => +(mimeType !== codec);
  codecs.sort((one, other) => rank(one) - rank(other));
  transceiver.setCodecPreferences(codecs);
}

/** Makes a player's connections fill the app's MediaStream, one after the other (PLAY-06). */
export const receiving = (host, streamID, outlet, options) => {
  const kinds = KINDS.filter((kind) => options?.[kind] ?? true);
  if (!kinds.length) throw bad("video, audio or both must be played");
  const bridge = new Bridge(outlet);
  return (connection, flows) => {
    if (!connection) bridge.end();
    else if (flows) {
      attach(host, streamID, outlet, connection, kinds, bridge);
      bridge.lift();
    } else {
      const tracks = () => connection.getReceivers().map(({ track }) => track);
      connection.addEventListener("closing", () => bridge.raise(tracks()));
      for (const kind of kinds) connection.addTransceiver(kind, { direction: "recvonly" });
    }
  };
};

function attach(host, streamID, outlet, connection, kinds, bridge) {
  for (const { receiver, currentDirection } of connection.getTransceivers()) {
    const { track } = receiver;
    if (!kinds.includes(track.kind)) continue;
    // Kind by kind, remove the old track before adding the new one: with both in the stream,
    // Firefox's element freezes for good; with no track it ends.
    const isOld = (other) => other.kind === track.kind && other !== bridge.track;
    const old = outlet.getTracks().find(isOld);
    if (old) {
      track.enabled = old.enabled; // a mute holds for the new track from its first sound
      bridge.raise([old]);
      outlet.removeTrack(old);
    }
    // A track that the publisher does not send would keep a video element waiting for ever.
    if (currentDirection !== "recvonly") continue;
    outlet.addTrack(track);
    const name = track.kind === "video" ? "playerVideoTrackUpdate" : "playerAudioTrackUpdate";
    host.emit(name, [streamID, track]);
  }
}
