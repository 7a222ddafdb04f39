import type { LocalStream } from "./local_stream.js";

/** Whether the camera or microphone of another's stream is open. */
export type RemoteDeviceStatus = "OPEN" | "MUTE";

/** What an engine mutes. */
export interface MuteMethods {
  /**
   * Mutes the pictures of a stream, or opens them again: its tracks are disabled, not stopped, and
   * the others are told by `remoteCameraStatusUpdate`, through every reconnect. It may be done
   * before the stream is published.
   *
   * @example
   * ```ts
   * engine.mutePublishStreamVideo(camera, true);
   * ```
   * @param stream - What is, or will be, published.
   * @returns true.
   * @throws {@link EngineError} 1100001 if it is no stream.
   */
  mutePublishStreamVideo(stream: LocalStream, mute: boolean): boolean;

  /**
   * Mutes the sound of a stream, or opens it again unless the microphone is muted as a whole; as
   * {@link mutePublishStreamVideo}. The others are told by `remoteMicStatusUpdate`.
   *
   * @example
   * ```ts
   * engine.mutePublishStreamAudio(camera, true);
   * ```
   * @returns true.
   * @throws {@link EngineError} 1100001 if it is no stream.
   */
  mutePublishStreamAudio(stream: LocalStream, mute: boolean): boolean;

  /**
   * Mutes the sound of all streams that are or will be published. What was muted by
   * {@link mutePublishStreamAudio} stays so when it is opened again.
   *
   * @example
   * ```ts
   * button.onclick = () => engine.muteMicrophone(!engine.isMicrophoneMuted());
   * ```
   * @returns true.
   */
  muteMicrophone(mute: boolean): boolean;

  /**
   * Whether {@link muteMicrophone} has muted the sound of all streams.
   *
   * @example
   * ```ts
   * icon.hidden = !engine.isMicrophoneMuted();
   * ```
   */
  isMicrophoneMuted(): boolean;

  /**
   * Mutes the pictures of a played stream for this user alone, or opens them again. It holds until
   * it is opened again, through reconnects, stops and starts, and may come before the start.
   *
   * @example
   * ```ts
   * await engine.mutePlayStreamVideo("ada-camera", true);
   * ```
   * @returns true.
   * @throws {@link EngineError} 1100001 if the ID is no string.
   */
  mutePlayStreamVideo(streamID: string, mute: boolean): Promise<boolean>;

  /**
   * The same for the sound of a played stream.
   *
   * @example
   * ```ts
   * await engine.mutePlayStreamAudio("ada-camera", true);
   * ```
   * @returns true.
   * @throws {@link EngineError} 1100001 if the ID is no string.
   */
  mutePlayStreamAudio(streamID: string, mute: boolean): Promise<boolean>;

  /**
   * Mutes the pictures of all streams that are or will be played, or opens those again that are
   * not muted by themselves.
   *
   * @example
   * ```ts
   * await engine.muteAllPlayVideoStreams(true);
   * ```
   * @returns true.
   */
  muteAllPlayVideoStreams(mute: boolean): Promise<boolean>;

  /**
   * The same for the sound of all streams.
   *
   * @example
   * ```ts
   * await engine.muteAllPlayAudioStreams(true);
   * ```
   * @returns true.
   */
  muteAllPlayAudioStreams(mute: boolean): Promise<boolean>;
}
