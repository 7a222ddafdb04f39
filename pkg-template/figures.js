// A stream's quality figures, from two statistics reports, named as in the compatible API.

/**
 * @import {
 *   PlayAudioStats, PlayStats, PlayVideoStats, PublishAudioStats, PublishStats, QualityGrade,
 *   VideoStats
 * } from "./index.js"
 */
/** @import { Statistics, StatsEntry } from "./running.js" */
/** @import { Kind } from "./tracks.js" */

/**
 * The figures of a stream, their grade, and what the next look compares with. The figures are a
 * publisher's or a player's; only the event that carries them knows which.
 *
 * @typedef {object} Look
 * @property {PublishStats & PlayStats} stats
 * @property {QualityGrade} grade
 * @property {RTCPeerConnection | undefined} connection
 * @property {number} heard The bytes received.
 * @property {Record<Kind, Partial<StatsEntry>>} rtp
 */

/**
 * What a report says of the audio or of the video.
 *
 * @typedef {object} Flow
 * @property {boolean} isPublisher
 * @property {Partial<StatsEntry>} rtp
 * @property {Partial<StatsEntry>} before The same entry of the last report.
 * @property {string} codec
 * @property {StatsEntry | undefined} source
 * @property {StatsEntry | undefined} remote
 * @property {boolean | undefined} isMuted
 */

/** The highest loss (0..1) of the grades 0 to 3. The highest RTT is 200 ms for 0, and doubles. */
const LOSSES = [0.02, 0.05, 0.1, 0.3];

/**
 * Reads a report.
 *
 * @param {boolean} isPublisher
 * @param {Statistics} statistics
 * @param {Look | undefined} before The last look at the stream.
 * @returns {Look}
 */
export function look(isPublisher, { connection, report, entries }, before) {
  const isSame = before && before.connection === connection;
  let [heard, rttMs] = [0, 0];
  for (const { kind, bytesReceived, nominated, currentRoundTripTime } of entries) {
    // For a player only media counts; for a publisher, everything that comes back.
    if (isPublisher || kind) heard += bytesReceived ?? 0;
    if (nominated) rttMs = Math.round(1000 * (currentRoundTripTime ?? 0));
  }
  /**
   * -1: not known yet; 4: nothing arrives, or next to nothing.
   *
   * @param {number} share
   */
  const gradeOf = (share) => {
    const found = LOSSES.findIndex((most, at) => share <= most && rttMs <= 200 << at);
    const isGood = isSame && heard > before.heard && found >= 0;
    if (!isSame && (!before || connection)) return -1;
    return /** @type {QualityGrade} */ (isGood ? found : 4);
  };
  /**
   * @param {Kind} kind
   * @returns {Flow}
   */
  const flowOf = (kind) => {
    /** @param {string} type */
    const find = (type) => entries.find((entry) => entry.type === type && entry.kind === kind);
    /** @type {Partial<StatsEntry>} */
    const rtp = find(isPublisher ? "outbound-rtp" : "inbound-rtp") ?? {};
    return {
      isPublisher,
      rtp,
      before: (isSame && before.rtp[kind]) || rtp,
      codec: report?.get(rtp.codecId ?? "")?.mimeType.split("/")[1] ?? "",
      source: find("media-source"),
      remote: find("remote-inbound-rtp"),
      isMuted: connection?.getTransceivers().some(({ sender, receiver }) => {
        const { track } = isPublisher ? sender : receiver;
        return track?.kind === kind && !track.enabled;
      }),
    };
  };
  const [video, audio] = [flowOf("video"), flowOf("audio")];
  const [videoLoss, audioLoss] = [lossOf(video), lossOf(audio)];
  const loss = Math.max(videoLoss, audioLoss);
  const stats = {
    video: videoStats(video, videoLoss, gradeOf(videoLoss)),
    audio: audioStats(audio, audioLoss, gradeOf(audioLoss)),
    ...(isPublisher
      ? { roundTripTime: rttMs }
      : { peerToPeerDelay: rttMs, peerToPeerPacketLostRate: loss }),
  };
  return {
    stats: /** @type {PublishStats & PlayStats} */ (stats),
    grade: gradeOf(loss),
    connection,
    heard,
    rtp: { video: video.rtp, audio: audio.rtp },
  };
}

/** @typedef {"bytesSent" | "bytesReceived" | "packetsSent" | "packetsReceived"} Traffic */
/** @typedef {Traffic | "packetsLost" | "framesDecoded" | "timestamp"} Counter */

/**
 * How much a counter rose since the last report.
 *
 * @param {Flow} flow
 * @param {Counter} name
 */
const rise = ({ rtp, before }, name) =>
  Math.max(0, (rtp[name] ?? NaN) - (before[name] ?? NaN)) || 0;

/**
 * @param {Flow} flow
 * @param {Counter} name
 */
const perSecond = (flow, name) =>
  Math.round((1000 * rise(flow, name)) / rise(flow, "timestamp")) || 0;

/** @param {Flow} flow */
function lossOf(flow) {
  const lost = rise(flow, "packetsLost");
  const share = lost / (lost + rise(flow, "packetsReceived"));
  return (flow.isPublisher ? flow.remote?.fractionLost : share) || 0;
}

/** @param {number | undefined} value */
const rounded = (value) => Math.round(value ?? 0);

/**
 * What the figures of video and audio have in common, for which they have names of their own.
 *
 * @param {Flow} flow
 */
function common(flow) {
  const { isPublisher, rtp, remote } = flow;
  return {
    kbps: Math.round(perSecond(flow, isPublisher ? "bytesSent" : "bytesReceived") / 125),
    lost: (isPublisher ? remote : rtp)?.packetsLost ?? 0,
    muteState: /** @type {"0" | "1"} */ (flow.isMuted ? "1" : "0"),
  };
}

/**
 * @param {Flow} flow
 * @param {number} share
 * @param {QualityGrade} grade
 * @returns {PublishAudioStats | PlayAudioStats}
 */
function audioStats(flow, share, grade) {
  const { isPublisher, rtp, codec } = flow;
  const { kbps, lost, muteState } = common(flow);
  const stats = {
    audioBitrate: kbps,
    audioPacketsLost: lost,
    audioPacketsLostRate: share,
    audioQuality: grade,
    muteState,
    audioFPS: perSecond(flow, isPublisher ? "packetsSent" : "packetsReceived"),
    audioCodec: codec,
  };
  return isPublisher ? stats : { ...stats, audioJitter: rounded(1000 * (rtp.jitter ?? 0)) };
}

/**
 * @param {Flow} flow
 * @param {number} share
 * @param {QualityGrade} grade
 * @returns {VideoStats | PlayVideoStats}
 */
function videoStats(flow, share, grade) {
  const { isPublisher, rtp, codec, source } = flow;
  const { kbps, lost, muteState } = common(flow);
  const stats = {
    videoBitrate: kbps,
    videoPacketsLost: lost,
    videoPacketsLostRate: share,
    videoQuality: grade,
    muteState,
    videoFPS: rounded(source?.framesPerSecond ?? rtp.framesPerSecond),
    videoTransferFPS: rounded(rtp.framesPerSecond),
    frameWidth: rounded(rtp.frameWidth),
    frameHeight: rounded(rtp.frameHeight),
    googCodecName: codec,
  };
  if (isPublisher) return stats;
  return {
    ...stats,
    videoRenderFPS: perSecond(flow, "framesDecoded"),
    videoFramesDecoded: rounded(rtp.framesDecoded),
    videoFramesDropped: rounded(rtp.framesDropped),
    videoCumulativeBreakTime: rounded(1000 * (rtp.totalFreezesDuration ?? 0)),
  };
}
