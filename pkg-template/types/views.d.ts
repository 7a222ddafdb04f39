import type { LocalStream } from "./local_stream.js";

/** How a view plays. */
export interface StreamViewOptions {
  /** Whether left and right are swapped. Default: false. */
  readonly mirror?: boolean;
  /** How the picture fits its container. Default: `"contain"`. */
  readonly objectFit?: "cover" | "contain" | "fill";
  /** Whether it is silent. Default: true for local views, false for remote ones. */
  readonly muted?: boolean;
  /** Whether a button asks the user to click where the browser refuses sound. Default: true. */
  readonly enableAutoplayDialog?: boolean;
  /** Whether `stop` takes the last frame away. Default: true. Reconnects always keep it. */
  readonly clearLastFrame?: boolean;
}

/** How to take a picture of what is shown. */
export interface SnapshotOptions {
  /** Default: `"png"`. */
  readonly imageType?: "png" | "jpeg";
  /** Of a JPEG, 0 to 1. Default: 1. */
  readonly quality?: number;
  /** Whether to save it as a file too. Default: false. */
  readonly save?: boolean;
  /** The file's name. Default: `"snapshot"`. */
  readonly fileName?: string;
}

/** The events of a {@link ZegoStreamView}. */
export interface StreamViewEvents {
  /** The browser refused to play without a click of the user's: then call `resume`. */
  autoplayFailed: (element: HTMLMediaElement, error: DOMException) => void;
  /** The first picture is there. */
  canPlayVideo: (event: Event) => void;
  /** The first sound is there. */
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
   * Shows the stream in a container, and lets it be heard.
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
   * Ends picture and sound.
   *
   * @example
   * ```ts
   * view.stop();
   * ```
   */
  stop(): void;
  /**
   * As {@link play}, without sound.
   *
   * @example
   * ```ts
   * view.playVideo(container, { mirror: true });
   * ```
   * @throws {@link EngineError} with 1100001 if there is no such element.
   */
  playVideo(container: string | HTMLElement, options?: StreamViewOptions): void;
  /**
   * Ends the picture.
   *
   * @example
   * ```ts
   * view.stopVideo();
   * ```
   */
  stopVideo(): void;
  /**
   * Lets the stream be heard.
   *
   * @example
   * ```ts
   * view.playAudio();
   * ```
   */
  playAudio(options?: StreamViewOptions): void;
  /**
   * Ends the sound.
   *
   * @example
   * ```ts
   * view.stopAudio();
   * ```
   */
  stopAudio(): void;
  /**
   * Plays what the browser refused to play, from within a click.
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
   * Silences the view, or lets it be heard again.
   *
   * @example
   * ```ts
   * view.setAudioMuted(true);
   * ```
   */
  setAudioMuted(muted: boolean): boolean;
  /**
   * Hides the picture, or shows it again; false if there is none.
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
   * Lets the sound come from another speaker.
   *
   * @throws {@link EngineError} Rejects with 1103048 if there is no such device, and 1100001 where
   * the browser cannot choose.
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
   * Adds a listener; false if there is no such event or it listens already.
   *
   * @example
   * ```ts
   * view.on("canPlayVideo", () => console.log(view.getVideoWidth()));
   * ```
   */
  on<Name extends keyof StreamViewEvents>(event: Name, listener: StreamViewEvents[Name]): boolean;
  /**
   * Removes a listener, or all of the event's; false if there was none.
   *
   * @example
   * ```ts
   * view.off("canPlayVideo");
   * ```
   */
  off<Name extends keyof StreamViewEvents>(event: Name, listener?: StreamViewEvents[Name]): boolean;
}

/** How an engine puts streams on the page. */
export interface ViewMethods {
  /**
   * Makes a view of a stream of one's own, silent unless asked.
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
