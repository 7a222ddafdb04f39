/**
 * The quality of a stream or a connection: 0 excellent, 1 good, 2 middling, 3 poor, 4 nothing or
 * almost nothing comes through; -1 not known yet. It is the worse of two grades: for packet loss
 * (up to 2, 5, 10, 30 %) and for round-trip time (up to 200, 400, 800, 1600 ms). While a stream
 * reconnects it is 4 or -1.
 */
export type QualityGrade = -1 | 0 | 1 | 2 | 3 | 4;

/** Figures of sent video, which received video has too. */
export interface VideoStats {
  /** In pixels. */
  readonly frameWidth: number;
  /** In pixels. */
  readonly frameHeight: number;
  /** Frames a second: captured (publish), decoded (play). */
  readonly videoFPS: number;
  /** Frames a second, sent or received. */
  readonly videoTransferFPS: number;
  /** In kbit a second. */
  readonly videoBitrate: number;
  /** Packets lost so far. */
  readonly videoPacketsLost: number;
  /** Share of packets lost lately, 0 to 1. */
  readonly videoPacketsLostRate: number;
  /** The quality grade. */
  readonly videoQuality: QualityGrade;
  /** The codec, such as `"VP8"`; empty until it is known. */
  readonly googCodecName: string;
  /** `"1"` while it is muted on this side, else `"0"`. */
  readonly muteState: "0" | "1";
}

/** Figures of received video. */
export interface PlayVideoStats extends VideoStats {
  /** Frames decoded a second since the last update. */
  readonly videoRenderFPS: number;
  /** Frames so far. */
  readonly videoFramesDecoded: number;
  /** Frames so far. */
  readonly videoFramesDropped: number;
  /** Milliseconds that the picture was frozen so far, if the browser counts them. */
  readonly videoCumulativeBreakTime: number;
}

/** Figures of sent audio. */
export interface PublishAudioStats {
  /** Packets a second. */
  readonly audioFPS: number;
  /** In kbit a second. */
  readonly audioBitrate: number;
  /** Packets lost so far. */
  readonly audioPacketsLost: number;
  /** Share of packets lost lately, 0 to 1. */
  readonly audioPacketsLostRate: number;
  /** The quality grade. */
  readonly audioQuality: QualityGrade;
  /** The codec, such as `"opus"`; empty until it is known. */
  readonly audioCodec: string;
  /** `"1"` while it is muted on this side, else `"0"`. */
  readonly muteState: "0" | "1";
}

/** Figures of received audio. */
export interface PlayAudioStats extends PublishAudioStats {
  /** In milliseconds. */
  readonly audioJitter: number;
}

/** The figures of `publishQualityUpdate`. */
export interface PublishStats {
  readonly video: VideoStats;
  readonly audio: PublishAudioStats;
  /** Milliseconds to the media server and back. */
  readonly roundTripTime: number;
}

/** The figures of `playQualityUpdate`. */
export interface PlayStats {
  readonly video: PlayVideoStats;
  readonly audio: PlayAudioStats;
  /** Milliseconds to the media server and back; its path to the publisher is not known here. */
  readonly peerToPeerDelay: number;
  /** Share of packets lost lately from the media server, 0 to 1: the worse of video and audio. */
  readonly peerToPeerPacketLostRate: number;
}

/** The sound level of a stream. */
export interface SoundLevel {
  /** The stream. */
  readonly streamID: string;
  /** From 0 (silent) to 100; the mean since the last update. */
  readonly soundLevel: number;
  /** `"push"`: published by this user; `"pull"`: played. */
  readonly type: "push" | "pull";
}

/** When `soundLevelUpdate` is fired. */
export interface SoundLevelOptions {
  /** Also while the page is hidden. Default: false. */
  readonly enableInBackground?: boolean;
}

/** Methods that measure quality and sound levels. */
export interface QualityMethods {
  /**
   * The latest figures of a published stream; null before the first.
   *
   * @example
   * ```ts
   * const kbps = engine.getPublishingStreamQuality("ada-camera")?.video.videoBitrate;
   * ```
   */
  getPublishingStreamQuality(streamID: string): PublishStats | null;

  /**
   * The latest figures of a played stream; null before the first.
   *
   * @example
   * ```ts
   * const grade = engine.getPlayingStreamQuality("bo-camera")?.video.videoQuality;
   * ```
   */
  getPlayingStreamQuality(streamID: string): PlayStats | null;

  /**
   * Switches `soundLevelUpdate` and `capturedSoundLevelUpdate` on or off.
   *
   * @example
   * ```ts
   * engine.on("soundLevelUpdate", (levels) => levels.forEach(console.log));
   * engine.setSoundLevelDelegate(true, 500);
   * ```
   * @param interval - Milliseconds between two updates, 100 to 3000. Default: 1000.
   * @throws {@link EngineError} 1100001 if the interval is no number.
   */
  setSoundLevelDelegate(isOn: boolean, interval?: number, options?: SoundLevelOptions): void;
}
