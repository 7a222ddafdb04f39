// A stream's quality figures, from two statistics reports, named as in the compatible API.

/** The highest loss (0..1) of the grades 0 to 3. The highest RTT is 200 ms for 0, and doubles. */
const LOSSES = [0.02, 0.05, 0.1, 0.3];

/** Reads a report. Returns the figures, their grade, and what the next call needs as `before`. */
export function look(isPublisher, { connection, report, entries }, before) {
  const isSame = before && before.connection === connection;
  let [heard, rttMs, loss] = [0, 0, 0];
  for (const { kind, bytesReceived, nominated, currentRoundTripTime } of entries) {
    // For a player only media counts; for a publisher, everything that comes back.
    if (isPublisher || kind) heard += bytesReceived ?? 0;
    if (nominated) rttMs = Math.round(1000 * (currentRoundTripTime ?? 0));
  }
  // -1: not known yet; 4: nothing arrives, or next to nothing.
  const gradeOf = (share) => {
    const found = LOSSES.findIndex((most, at) => share <= most && rttMs <= 200 << at);
    const isGood = isSame && heard > before.heard && found >= 0;
    if (!isSame && (!before || connection)) return -1;
    return isGood ? found : 4;
  };
  const seen = { connection, heard, stats: {} };
  for (const kind of ["video", "audio"]) {
    const find = (type) => entries.find((entry) => entry.type === type && entry.kind === kind);
    const rtp = find(isPublisher ? "outbound-rtp" : "inbound-rtp") ?? {};
    const flow = {
      rtp,
      before: (isSame && before[kind]) || rtp,
      codec: report?.get(rtp.codecId)?.mimeType.split("/")[1] ?? "",
      source: find("media-source"),
      remote: find("remote-inbound-rtp"),
      isMuted: connection?.getTransceivers().some(({ sender, receiver }) => {
        const { track } = isPublisher ? sender : receiver;
        return track?.kind === kind && !track.enabled;
      }),
    };
    const share = lossOf(isPublisher, flow);
    seen[kind] = rtp;
    seen.stats[kind] = statsOf(isPublisher, kind, flow, share, gradeOf(share));
    loss = Math.max(loss, share);
  }
  const { stats } = seen;
  if (isPublisher) stats.roundTripTime = rttMs;
  else Object.assign(stats, { peerToPeerDelay: rttMs, peerToPeerPacketLostRate: loss });
  seen.grade = gradeOf(loss);
  return seen;
}

/** How much a counter rose since the last report. */
const rise = ({ rtp, before }, name) => Math.max(0, rtp[name] - before[name]) || 0;

function lossOf(isPublisher, flow) {
  const lost = rise(flow, "packetsLost");
  const share = lost / (lost + rise(flow, "packetsReceived"));
  return (isPublisher ? flow.remote?.fractionLost : share) || 0;
}

function statsOf(isPublisher, kind, flow, share, grade) {
  const { rtp, codec, remote, source } = flow;
  const way = isPublisher ? "Sent" : "Received";
  const figure = (name, unit = 1) => Math.round(unit * (rtp[name] ?? 0));
  const perSecond = (name) => Math.round((1000 * rise(flow, name)) / rise(flow, "timestamp")) || 0;
  const stats = {
    [`${kind}Bitrate`]: Math.round(perSecond(`bytes${way}`) / 125),
    [`${kind}PacketsLost`]: (isPublisher ? remote : rtp)?.packetsLost ?? 0,
    [`${kind}PacketsLostRate`]: share,
    [`${kind}Quality`]: grade,
    muteState: flow.isMuted ? "1" : "0",
  };
  if (kind === "audio") {
    stats.audioFPS = perSecond(`packets${way}`);
    stats.audioCodec = codec;
    return isPublisher ? stats : { ...stats, audioJitter: figure("jitter", 1000) };
  }
  Object.assign(stats, {
    videoFPS: Math.round(source?.framesPerSecond ?? figure("framesPerSecond")),
    videoTransferFPS: figure("framesPerSecond"),
    frameWidth: figure("frameWidth"),
    frameHeight: figure("frameHeight"),
    googCodecName: codec,
  });
  if (isPublisher) return stats;
  return {
    ...stats,
    videoRenderFPS: perSecond("framesDecoded"),
    videoFramesDecoded: figure("framesDecoded"),
    videoFramesDropped: figure("framesDropped"),
    videoCumulativeBreakTime: figure("totalFreezesDuration", 1000),
  };
}
