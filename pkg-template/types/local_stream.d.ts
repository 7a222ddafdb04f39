import type { AudioConfig, CustomOptions } from "./capture.js";
import type { ServerResponse } from "./messages.js";
import type { SnapshotOptions, StreamViewEvents, StreamViewOptions } from "./views.js";

/** The user's own stream, in either of its forms. */
export type LocalStream = MediaStream | ZegoLocalStream;

/** What to capture from a camera into a {@link ZegoLocalStream}. */
export interface CaptureCameraOptions {
  /** A camera's device ID. */
  readonly input?: string;
  /** As {@link CameraOptions.videoQuality}, without its bitrate. */
  readonly quality?: 1 | 2 | 3 | 4;
  /** Which way the camera faces. */
  readonly facingMode?: "user" | "environment";
  /** In pixels. */
  readonly width?: number;
  /** In pixels. */
  readonly height?: number;
  /** In frames a second. */
  readonly frameRate?: number;
}

/** What to capture from a microphone into a {@link ZegoLocalStream}. */
export interface CaptureMicrophoneOptions extends AudioConfig {
  /** A microphone's device ID. */
  readonly input?: string;
  /** The number of channels; 2 is stereo. */
  readonly channelCount?: 1 | 2;
}

/** What to capture of a screen into a {@link ZegoLocalStream}. */
export type CaptureScreenOptions = Omit<CaptureCameraOptions, "input" | "facingMode">;

/** What a {@link ZegoLocalStream} begins with; by default, camera and microphone. */
export interface ZegoStreamOptions {
  /** Whether to capture at once. Default: true. */
  readonly autoCapture?: boolean;
  /** Whether to play in `view` and `captureView` at once. Default: true. */
  readonly autoPlay?: boolean;
  /** The maximum video bitrate in kbps. Default: the browser's. */
  readonly videoBitrate?: number | { readonly bitrate: number };
  /** The maximum audio bitrate in kbps. Default: the browser's. */
  readonly audioBitrate?: number;
  /** A container for `playVideo`. */
  readonly view?: HTMLElement;
  /** A container for `playCaptureVideo`. */
  readonly captureView?: HTMLElement;
  /** Camera and microphone, both on by default. */
  readonly camera?: {
    readonly video?: boolean | CaptureCameraOptions;
    readonly audio?: boolean | CaptureMicrophoneOptions;
  };
  /** A screen, with the audio of what is shared if asked for. */
  readonly screen?: {
    readonly video?: true | CaptureScreenOptions;
    readonly audio?: boolean;
  };
  /** The app's own video and audio. */
  readonly custom?: { readonly video?: CustomOptions; readonly audio?: CustomOptions };
}

/** The events of a {@link ZegoLocalStream}. */
export interface LocalStreamEvents extends StreamViewEvents {
  /** As `autoplayFailed`, for what `playCaptureVideo` and `playCaptureAudio` play. */
  autoplayCaptureFailed: StreamViewEvents["autoplayFailed"];
  /** As `canPlayVideo`, for what `playCaptureVideo` plays. */
  canPlayCaptureVideo: (event: Event) => void;
  /** As `canPlayAudio`, for what `playCaptureAudio` plays. */
  canPlayCaptureAudio: (event: Event) => void;
  /** The stream has another video track. */
  videoTrackChanged: (track: MediaStreamTrack) => void;
  /** The stream has another audio track. */
  audioTrackChanged: (track: MediaStreamTrack) => void;
  /** The same as `videoTrackChanged`. */
  captureVideoTrackChanged: (track: MediaStreamTrack) => void;
  /** The same as `audioTrackChanged`. */
  captureAudioTrackChanged: (track: MediaStreamTrack) => void;
}

/**
 * A stream for publishing, made by `createZegoStream`. It stays one MediaStream, whatever is
 * captured into it. Changes are sent at once, without a new session. All captures reject as
 * `createStream` does, with 1103069 if the running session has no place for the kind of track, and
 * with 1103047 if the stream was ended or another call changed that kind before the capture was
 * open (PUB-09).
 *
 * @example
 * ```ts
 * const stream = await engine.createZegoStream({ camera: { video: { quality: 3 } } });
 * stream.playVideo(container, { mirror: true });
 * engine.startPublishingStream("ada", stream);
 * await stream.startCaptureScreen(); // instead of the camera
 * ```
 */
export interface ZegoLocalStream {
  /** The MediaStream; always the same object. */
  readonly stream: MediaStream;
  /** Whether any of its tracks is live. */
  readonly active: boolean;
  /** The MediaStream's ID. */
  readonly id: string;
  /** The MediaStream if it has video, otherwise null. */
  readonly videoCaptureStream: MediaStream | null;
  /** The MediaStream if it has audio, otherwise null. */
  readonly audioCaptureStream: MediaStream | null;
  /** The camera's device ID; empty without one. */
  readonly videoDeviceId: string;
  /** The microphone's device ID; empty without one. */
  readonly audioDeviceId: string;
  /**
   * The current tracks.
   *
   * @example
   * ```ts
   * const isLive = stream.getTracks().some((track) => track.readyState === "live");
   * ```
   */
  getTracks(): MediaStreamTrack[];
  /**
   * The current audio tracks.
   *
   * @example
   * ```ts
   * const [track] = stream.getAudioTracks();
   * ```
   */
  getAudioTracks(): MediaStreamTrack[];
  /**
   * The current video tracks.
   *
   * @example
   * ```ts
   * const [track] = stream.getVideoTracks();
   * ```
   */
  getVideoTracks(): MediaStreamTrack[];
  /**
   * Captures a camera in place of the current video, also while publishing. Rejects as
   * `createStream` does.
   *
   * @example
   * ```ts
   * await stream.startCaptureCamera({ quality: 3, facingMode: "environment" });
   * ```
   */
  startCaptureCamera(options?: CaptureCameraOptions): Promise<ServerResponse>;
  /**
   * Captures a microphone in place of the current audio, also while publishing. Rejects as
   * `createStream` does.
   *
   * @example
   * ```ts
   * await stream.startCaptureMicrophone({ input: microphones[0].deviceID, AEC: true });
   * ```
   */
  startCaptureMicrophone(options?: CaptureMicrophoneOptions): Promise<ServerResponse>;
  /**
   * Captures both, as the two methods above do.
   *
   * @example
   * ```ts
   * await stream.startCaptureCameraAndMicrophone({ quality: 2 }, { ANS: true });
   * ```
   */
  startCaptureCameraAndMicrophone(
    camera?: CaptureCameraOptions,
    microphone?: CaptureMicrophoneOptions,
  ): Promise<ServerResponse>;
  /**
   * Captures a screen, which the user chooses, in place of the current video. Rejects as
   * `createStream` does.
   *
   * @example
   * ```ts
   * await stream.startCaptureScreen({ frameRate: 5 });
   * ```
   */
  startCaptureScreen(options?: CaptureScreenOptions): Promise<ServerResponse>;
  /**
   * Captures a screen with the audio of what is shared, if the browser offers it.
   *
   * @example
   * ```ts
   * await stream.startCaptureScreenWithAudio({ quality: 3 }, true);
   * ```
   */
  startCaptureScreenWithAudio(
    video?: CaptureScreenOptions,
    audio?: boolean | AudioConfig,
  ): Promise<ServerResponse>;
  /**
   * Takes the app's own video, which the SDK never stops.
   *
   * @example
   * ```ts
   * await stream.startCaptureCustomVideo({ source: canvas.captureStream() });
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if the source is bad, 1103047 if it has no
   * video, 1103061 if the browser cannot capture it.
   */
  startCaptureCustomVideo(options: CustomOptions): Promise<ServerResponse>;
  /**
   * Takes the app's own audio, which the SDK never stops.
   *
   * @example
   * ```ts
   * await stream.startCaptureCustomAudio({ source: audio });
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if the source is bad, 1103047 if it has no
   * audio, 1103061 if the browser cannot capture it.
   */
  startCaptureCustomAudio(options: CustomOptions): Promise<ServerResponse>;
  /**
   * Takes the app's own video and audio.
   *
   * @example
   * ```ts
   * await stream.startCaptureCustomVideoAndAudio({ source: video }, { source: audio });
   * ```
   * @throws {@link EngineError} Rejects as the two methods above do; if only the audio is rejected,
   * the video stays.
   */
  startCaptureCustomVideoAndAudio(
    video: CustomOptions,
    audio: CustomOptions,
  ): Promise<ServerResponse>;
  /**
   * Removes the video and ends its capture. Resolves with false if there is no video.
   *
   * @example
   * ```ts
   * await stream.stopCaptureVideo();
   * ```
   */
  stopCaptureVideo(): Promise<boolean>;
  /**
   * Removes the audio and ends its capture. Resolves with false if there is no audio.
   *
   * @example
   * ```ts
   * await stream.stopCaptureAudio();
   * ```
   */
  stopCaptureAudio(): Promise<boolean>;
  /**
   * Shows the stream, as {@link ZegoStreamView.playVideo} does.
   *
   * @example
   * ```ts
   * stream.playVideo(container, { mirror: true });
   * ```
   * @throws {@link EngineError} with 1100001 if it is no element.
   */
  playVideo(view: HTMLElement, options?: StreamViewOptions): void;
  /**
   * Plays the stream's audio.
   *
   * @example
   * ```ts
   * stream.playAudio();
   * ```
   */
  playAudio(options?: StreamViewOptions): void;
  /**
   * Ends `playVideo`.
   *
   * @example
   * ```ts
   * stream.stopVideo();
   * ```
   */
  stopVideo(): void;
  /**
   * Ends `playAudio`.
   *
   * @example
   * ```ts
   * stream.stopAudio();
   * ```
   */
  stopAudio(): void;
  /**
   * Plays again after autoplay was refused. Call it from a click handler.
   *
   * @example
   * ```ts
   * button.onclick = () => stream.resumeVideo();
   * ```
   */
  resumeVideo(): Promise<void>;
  /**
   * Plays again after autoplay was refused. Call it from a click handler.
   *
   * @example
   * ```ts
   * button.onclick = () => stream.resumeAudio();
   * ```
   */
  resumeAudio(): Promise<void>;
  /**
   * Shows the stream in a second place.
   *
   * @example
   * ```ts
   * stream.playCaptureVideo(container, { objectFit: "contain" });
   * ```
   * @throws {@link EngineError} with 1100001 if it is no element.
   */
  playCaptureVideo(view: HTMLElement, options?: StreamViewOptions): void;
  /**
   * Plays the stream's audio a second time.
   *
   * @example
   * ```ts
   * stream.playCaptureAudio();
   * ```
   */
  playCaptureAudio(options?: StreamViewOptions): void;
  /**
   * Ends `playCaptureVideo`.
   *
   * @example
   * ```ts
   * stream.stopPlayCaptureVideo();
   * ```
   */
  stopPlayCaptureVideo(): void;
  /**
   * Ends `playCaptureAudio`.
   *
   * @example
   * ```ts
   * stream.stopPlayCaptureAudio();
   * ```
   */
  stopPlayCaptureAudio(): void;
  /**
   * As {@link ZegoStreamView.setVolume}.
   *
   * @example
   * ```ts
   * stream.setVolume(50);
   * ```
   * @throws {@link EngineError} with 1100001 if it is not 0 to 100.
   */
  setVolume(volume: number): boolean;
  /**
   * As {@link ZegoStreamView.useAudioOutputDevice}.
   *
   * @example
   * ```ts
   * await stream.useAudioOutputDevice(speakers[0].deviceID);
   * ```
   */
  useAudioOutputDevice(deviceID: string): Promise<void>;
  /**
   * As {@link ZegoStreamView.takeStreamSnapshot}.
   *
   * @example
   * ```ts
   * image.src = stream.takeStreamSnapshot();
   * ```
   */
  takeStreamSnapshot(options?: SnapshotOptions): string;
  /**
   * As {@link ZegoStreamView.on}.
   *
   * @example
   * ```ts
   * stream.on("videoTrackChanged", (track) => console.log(track.label));
   * ```
   */
  on<Name extends keyof LocalStreamEvents>(event: Name, listener: LocalStreamEvents[Name]): boolean;
  /**
   * As {@link ZegoStreamView.off}.
   *
   * @example
   * ```ts
   * stream.off("videoTrackChanged");
   * ```
   */
  off<Name extends keyof LocalStreamEvents>(
    event: Name,
    listener?: LocalStreamEvents[Name],
  ): boolean;
}
