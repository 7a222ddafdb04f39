import type { LocalStream } from "./local_stream.js";

/** Options of a view. */
export interface StreamViewOptions {
  /** Whether left and right are swapped. Default: false. */
  readonly mirror?: boolean;
  /** How the picture fits its container. Default: `"contain"`. */
  readonly objectFit?: "cover" | "contain" | "fill";
  /** Whether it is silent. Default: true for `play` of a local view, otherwise false. */
  readonly muted?: boolean;
  /** Whether a button asks the user to click if the browser refuses to play. Default: true. */
  readonly enableAutoplayDialog?: boolean;
  /** Whether `stop` removes the last frame. Default: true. Reconnects always keep it. */
  readonly clearLastFrame?: boolean;
}

/** How to take a picture of what is shown. */
export interface SnapshotOptions {
  /** Default: `"png"`. */
  readonly imageType?: "png" | "jpeg";
  /** The quality of a JPEG, 0 to 1. Default: 1. */
  readonly quality?: number;
  /** Whether to save it as a file too. Default: false. */
  readonly save?: boolean;
  /** The file's name. Default: `"snapshot"`. */
  readonly fileName?: string;
}

/** The events of a {@link ZegoStreamView}. */
export interface StreamViewEvents {
  /** The browser refused to play before a user gesture: call `resume` from a click handler. */
  autoplayFailed: (element: HTMLMediaElement, error: DOMException) => void;
  /** The first video can be shown. */
  canPlayVideo: (event: Event) => void;
  /** The first audio can be played. */
  canPlayAudio: (event: Event) => void;
}

/**
 * A stream on the page, made by `createLocalStreamView` or `createRemoteStreamView`.
 *
 * @example
 * ```ts
 * const view = engine.createRemoteStreamView(await engine.startPlayingStream("ada"));
 * view.play("stage", { objectFit: "cover" });
 * ```
 */
export interface ZegoStreamView {
  /**
   * Shows the stream's video in a container and plays its audio.
   *
   * @param container - An element, or an element's ID.
   * @throws {@link EngineError} with 1100001 if there is no such element.
   * @example
   * ```ts
   * view.play("stage", { objectFit: "cover" });
   * ```
   */
  play(container: string | HTMLElement, options?: StreamViewOptions): void;
  /**
   * Stops video and audio.
   *
   * @example
   * ```ts
   * view.stop();
   * ```
   */
  stop(): void;
  /**
   * As {@link play}, without audio.
   *
   * @example
   * ```ts
   * view.playVideo(container, { mirror: true });
   * ```
   * @throws {@link EngineError} with 1100001 if there is no such element.
   */
  playVideo(container: string | HTMLElement, options?: StreamViewOptions): void;
  /**
   * Stops the video.
   *
   * @example
   * ```ts
   * view.stopVideo();
   * ```
   */
  stopVideo(): void;
  /**
   * Plays the stream's audio.
   *
   * @example
   * ```ts
   * view.playAudio();
   * ```
   */
  playAudio(options?: StreamViewOptions): void;
  /**
   * Stops the audio.
   *
   * @example
   * ```ts
   * view.stopAudio();
   * ```
   */
  stopAudio(): void;
  /**
   * Plays what the browser refused to play. Call it from a click handler.
   *
   * @example
   * ```ts
   * view.on("autoplayFailed", () => {
   *   button.onclick = () => view.resume();
   * });
   * ```
   */
  resume(): Promise<void>;
  /**
   * Mutes or unmutes the view's audio.
   *
   * @example
   * ```ts
   * view.setAudioMuted(true);
   * ```
   */
  setAudioMuted(muted: boolean): boolean;
  /**
   * Hides the video, or shows it again; returns false if there is none.
   *
   * @example
   * ```ts
   * view.setVideoMuted(true);
   * ```
   */
  setVideoMuted(muted: boolean): boolean;
  /**
   * @param volume - 0 to 100.
   * @throws {@link EngineError} with 1100001 if it is anything else.
   * @example
   * ```ts
   * view.setVolume(50);
   * ```
   */
  setVolume(volume: number): boolean;
  /**
   * Plays the audio on another speaker.
   *
   * @throws {@link EngineError} Rejects with 1103048 if there is no such device, and 1100001 if
   * the browser cannot choose a speaker.
   * @example
   * ```ts
   * await view.useAudioOutputDevice(speakers[0].deviceID);
   * ```
   */
  useAudioOutputDevice(deviceID: string): Promise<void>;
  /**
   * In pixels; 0 while there is no picture.
   *
   * @example
   * ```ts
   * const shape = view.getVideoWidth() / view.getVideoHeight();
   * ```
   */
  getVideoWidth(): number;
  /**
   * In pixels; 0 while there is no picture.
   *
   * @example
   * ```ts
   * const isPortrait = view.getVideoHeight() > view.getVideoWidth();
   * ```
   */
  getVideoHeight(): number;
  /**
   * @returns The picture as a `data:` URL.
   * @throws {@link EngineError} with 1100001 while there is none.
   * @example
   * ```ts
   * image.src = view.takeStreamSnapshot({ imageType: "jpeg", quality: 0.8 });
   * ```
   */
  takeStreamSnapshot(options?: SnapshotOptions): string;
  /**
   * Adds a listener; returns false if there is no such event or it listens already.
   *
   * @example
   * ```ts
   * view.on("canPlayVideo", () => console.log(view.getVideoWidth()));
   * ```
   */
  on<Name extends keyof StreamViewEvents>(event: Name, listener: StreamViewEvents[Name]): boolean;
  /**
   * Removes a listener, or all of the event's; returns false if there was none.
   *
   * @example
   * ```ts
   * view.off("canPlayVideo");
   * ```
   */
  off<Name extends keyof StreamViewEvents>(event: Name, listener?: StreamViewEvents[Name]): boolean;
}

/** Methods that show streams on the page. */
export interface ViewMethods {
  /**
   * Makes a view of the user's own stream. Its `play` is silent unless `muted` is false.
   *
   * @example
   * ```ts
   * engine.createLocalStreamView(camera).play("preview", { mirror: true });
   * ```
   * @throws {@link EngineError} with 1100001 if it is no stream.
   */
  createLocalStreamView(stream: LocalStream): ZegoStreamView;

  /**
   * Makes a view of a played stream. It keeps its last frame through reconnects.
   *
   * @example
   * ```ts
   * engine.createRemoteStreamView(played).play("stage");
   * ```
   * @throws {@link EngineError} with 1100001 if it is no stream.
   */
  createRemoteStreamView(stream: MediaStream): ZegoStreamView;
}
