/**
 * How good a stream or a connection is: 0 excellent, 1 good, 2 middling, 3 poor, 4 nothing comes
 * through, or next to nothing; -1 not known yet. From packet loss (2, 5, 10, 30 %) and round-trip
 * time (200, 400, 800, 1600 ms), by the worse of the two. While a stream reconnects it is 4, or -1.
 */
export type QualityGrade = -1 | 0 | 1 | 2 | 3 | 4;

/** Pictures that are sent, and what is known as well of those that are received. */
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
  /** How good it is. */
  readonly videoQuality: QualityGrade;
  /** As `"VP8"`; empty until it is known. */
  readonly googCodecName: string;
  /** `"1"` while it is muted on this side, else `"0"`. */
  readonly muteState: "0" | "1";
}

/** Pictures that are received. */
export interface PlayVideoStats extends VideoStats {
  /** Frames decoded a second since the last update. */
  readonly videoRenderFPS: number;
  /** Frames so far. */
  readonly videoFramesDecoded: number;
  /** Frames so far. */
  readonly videoFramesDropped: number;
  /** Milliseconds that the picture stood still so far, where the browser counts them. */
  readonly videoCumulativeBreakTime: number;
}

/** Sound that is sent. */
export interface PublishAudioStats {
  /** Packets a second. */
  readonly audioFPS: number;
  /** In kbit a second. */
  readonly audioBitrate: number;
  /** Packets lost so far. */
  readonly audioPacketsLost: number;
  /** Share of packets lost lately, 0 to 1. */
  readonly audioPacketsLostRate: number;
  /** How good it is. */
  readonly audioQuality: QualityGrade;
  /** As `"opus"`; empty until it is known. */
  readonly audioCodec: string;
  /** `"1"` while it is muted on this side, else `"0"`. */
  readonly muteState: "0" | "1";
}

/** Sound that is received. */
export interface PlayAudioStats extends PublishAudioStats {
  /** In milliseconds. */
  readonly audioJitter: number;
}

/** What `publishQualityUpdate` tells. */
export interface PublishStats {
  readonly video: VideoStats;
  readonly audio: PublishAudioStats;
  /** Milliseconds to the media server and back. */
  readonly roundTripTime: number;
}

/** What `playQualityUpdate` tells. */
export interface PlayStats {
  readonly video: PlayVideoStats;
  readonly audio: PlayAudioStats;
  /** Milliseconds to the media server and back: its way to the publisher is not known here. */
  readonly peerToPeerDelay: number;
  /** Share of packets lost lately on the way from the media server, 0 to 1: the worse of both. */
  readonly peerToPeerPacketLostRate: number;
}

/** How loud a stream is. */
export interface SoundLevel {
  /** The stream. */
  readonly streamID: string;
  /** 0 silent to 100, the mean since the last update. */
  readonly soundLevel: number;
  /** `"push"`: published by this user; `"pull"`: played. */
  readonly type: "push" | "pull";
}

/** When `soundLevelUpdate` is wanted. */
export interface SoundLevelOptions {
  /** Also while the page is hidden. Default: false. */
  readonly enableInBackground?: boolean;
}

/** What an engine measures. */
export interface QualityMethods {
  /**
   * What the last look at a published stream found; null before the first.
   *
   * @example
   * ```ts
   * const kbps = engine.getPublishingStreamQuality("ada-camera")?.video.videoBitrate;
   * ```
   */
  getPublishingStreamQuality(streamID: string): PublishStats | null;

  /**
   * What the last look at a played stream found; null before the first.
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
