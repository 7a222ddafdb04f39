import type { LocalStream, ZegoLocalStream, ZegoStreamOptions } from "./local_stream.js";
import type { ServerResponse } from "./messages.js";

/** What to capture from a camera and a microphone. */
export interface CameraOptions {
  /** Whether to capture video. Default: true. */
  readonly video?: boolean;
  /** Whether to capture audio. Default: true. */
  readonly audio?: boolean;
  /**
   * The quality preset. 1: 320x240 at 15 frames a second and at most 300 kbps; 2 (the default):
   * 640x480 at 15 and 800 kbps; 3: 1280x720 at 20 and 1500 kbps; 4: only what `width`, `height`,
   * `frameRate` and `bitrate` say. Those four override every preset. If the app sets a size, the
   * preset's bitrate does not apply.
   */
  readonly videoQuality?: 1 | 2 | 3 | 4;
  /** A camera's device ID. */
  readonly videoInput?: string;
  /** A microphone's device ID. */
  readonly audioInput?: string;
  /** In pixels. */
  readonly width?: number;
  /** In pixels. */
  readonly height?: number;
  /** In frames a second. */
  readonly frameRate?: number;
  /** The maximum video bitrate in kbps. */
  readonly bitrate?: number;
  /** The maximum audio bitrate in kbps. Default: the browser's. */
  readonly audioBitrate?: number;
  /** Which way the camera faces. */
  readonly facingMode?: "user" | "environment";
  /** Noise suppression. Default: the browser's. */
  readonly ANS?: boolean;
  /** Automatic gain control. Default: the browser's. */
  readonly AGC?: boolean;
  /** Echo cancellation. Default: the browser's. */
  readonly AEC?: boolean;
}

/** What to capture along with a screen. */
export interface ScreenOptions {
  /** Whether to capture the audio of what is shared. Default: false. */
  readonly audio?: boolean;
  /** The maximum video bitrate in kbps. Default: the browser's. */
  readonly bitrate?: number;
  /** The maximum audio bitrate in kbps. Default: the browser's. */
  readonly audioBitrate?: number;
}

/** The app's own video and audio. */
export interface CustomOptions {
  /** A stream, whose tracks are used as they are, or an element, if the browser can capture it. */
  readonly source: MediaStream | HTMLMediaElement;
  /** The maximum video bitrate in kbps, for `createStream` only. Default: the browser's. */
  readonly bitrate?: number;
  /** The maximum audio bitrate in kbps, for `createStream` only. Default: the browser's. */
  readonly audioBitrate?: number;
}

/** What a stream is made of: exactly one of the three, each an object; `screen` may be true. */
export type StreamSource =
  | { readonly camera: CameraOptions; readonly screen?: never; readonly custom?: never }
  | { readonly screen: true | ScreenOptions; readonly camera?: never; readonly custom?: never }
  | { readonly custom: CustomOptions; readonly camera?: never; readonly screen?: never };

/** How a microphone's audio is processed; settings that are left out stay as they are. */
export interface AudioConfig {
  /** Noise suppression. */
  readonly ANS?: boolean;
  /** Automatic gain control. */
  readonly AGC?: boolean;
  /** Echo cancellation. */
  readonly AEC?: boolean;
}

/** How a camera captures; settings that are left out stay as they are. */
export interface VideoConfig {
  /** As {@link CameraOptions.videoQuality}. */
  readonly videoQuality?: 1 | 2 | 3 | 4;
  /** In pixels. */
  readonly width?: number;
  /** In pixels. */
  readonly height?: number;
  /** In frames a second. */
  readonly frameRate?: number;
  /**
   * The maximum video bitrate in kbps. It applies at once, also to a stream that is being
   * published. Default: with a size the browser's; with a `videoQuality` alone the preset's;
   * otherwise it stays as it is.
   */
  readonly maxBitrate?: number;
}

/** Methods that make and change the user's own streams. */
export interface CaptureMethods {
  /**
   * Captures a camera, a microphone or a screen, or wraps the app's own stream.
   *
   * @param source - By default `{ camera: {} }`: camera and microphone.
   * @throws {@link EngineError} Rejects with 1103064 without permission, 1103048 without a
   * device, 1103065 if it is in use, 1103042 if sharing the screen was cancelled, 1103043 where
   * screens cannot be shared, 1103053 on a page that is neither `https` nor `localhost`, and
   * 1100001 if the argument is bad, as `{ screen: false }` or `{ camera: false }` is.
   * @example
   * ```ts
   * const camera = await engine.createStream({ camera: { videoQuality: 3 } });
   * const screen = await engine.createStream({ screen: { audio: true } });
   * ```
   */
  createStream(source?: StreamSource): Promise<MediaStream>;

  /**
   * Ends the capture of a stream made by `createStream` or `createZegoStream`, and stops playing
   * the latter on the page. The app's own tracks go on.
   *
   * @example
   * ```ts
   * engine.stopPublishingStream("ada-camera");
   * engine.destroyStream(camera);
   * ```
   * @throws {@link EngineError} 1100001 if it is no stream.
   */
  destroyStream(stream: LocalStream): void;

  /**
   * Makes a {@link ZegoLocalStream} and captures into it: camera and microphone, unless `options`
   * name other sources.
   *
   * @example
   * ```ts
   * const stream = await engine.createZegoStream();
   * ```
   * @throws {@link EngineError} Rejects as {@link createStream} does.
   */
  createZegoStream(options?: ZegoStreamOptions): Promise<ZegoLocalStream>;

  /**
   * Changes size, frame rate and bitrate of a captured camera or screen.
   *
   * @example
   * ```ts
   * await engine.setVideoConfig(stream, { width: 320, height: 240, frameRate: 10 });
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if the config is bad, 1103047 if the stream
   * has no captured video.
   */
  setVideoConfig(stream: LocalStream, config: VideoConfig): Promise<ServerResponse>;

  /**
   * Changes how the microphone's audio is processed. The microphone is captured again for that.
   *
   * @example
   * ```ts
   * await engine.setAudioConfig(stream, { ANS: true });
   * ```
   * @throws {@link EngineError} Rejects as {@link ExpressEngine.useAudioDevice} does, and with
   * 1103047 if the audio is that of a screen.
   */
  setAudioConfig(stream: LocalStream, config: AudioConfig): Promise<ServerResponse>;

  /**
   * Sets the volume at which the stream's audio is sent. It stays when the microphone or the track
   * changes.
   *
   * @param volume - 0 to 200; 100 is as captured.
   * @example
   * ```ts
   * await engine.setCaptureVolume(stream, 150);
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if the volume is bad, 1103047 if the stream
   * has no audio.
   */
  setCaptureVolume(stream: LocalStream, volume: number): Promise<ServerResponse>;

  /**
   * Replaces the stream's track of the same kind. Whatever is publishing the stream sends the new
   * track at once, and so does whatever publishes it later. No track is stopped (PUB-06).
   *
   * @example
   * ```ts
   * await engine.replaceTrack(stream, canvasTrack);
   * ```
   * @throws {@link EngineError} Rejects with 1103047 if the stream has no track of that kind.
   */
  replaceTrack(stream: LocalStream, track: MediaStreamTrack): Promise<ServerResponse>;

  /**
   * Adds a track of a kind that the stream does not have.
   *
   * @example
   * ```ts
   * await engine.addTrack(stream, microphoneTrack);
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if the stream has that kind already, and
   * 1103069 if it is being published by a session that began without it: stop publishing first.
   */
  addTrack(stream: LocalStream, track: MediaStreamTrack): Promise<ServerResponse>;

  /**
   * Removes a track. {@link addTrack} can put another in its place, also while the stream is being
   * published.
   *
   * @example
   * ```ts
   * await engine.removeTrack(stream, track);
   * ```
   * @throws {@link EngineError} Rejects with 1103047 if the stream does not have the track.
   */
  removeTrack(stream: LocalStream, track: MediaStreamTrack): Promise<ServerResponse>;

  /**
   * Whether the stream has live video that is neither muted nor switched off.
   *
   * @example
   * ```ts
   * icon.hidden = await engine.checkVideoTrackIsActive(camera);
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if it is no stream.
   */
  checkVideoTrackIsActive(stream: LocalStream): Promise<boolean>;

  /**
   * Whether the stream has live audio that is neither muted nor switched off.
   *
   * @example
   * ```ts
   * icon.hidden = await engine.checkAudioTrackIsActive(camera);
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if it is no stream.
   */
  checkAudioTrackIsActive(stream: LocalStream): Promise<boolean>;
}
