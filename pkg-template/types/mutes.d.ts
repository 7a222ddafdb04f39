import type { LocalStream } from "./local_stream.js";

/** Whether the camera or microphone of another user's stream is open or muted. */
export type RemoteDeviceStatus = "OPEN" | "MUTE";

/** Methods that mute and unmute streams. */
export interface MuteMethods {
  /**
   * Mutes or unmutes the video of a stream. Its tracks are disabled, not stopped. Other users are
   * told by `remoteCameraStatusUpdate`, and the mute holds through every reconnect. It may be set
   * before the stream is published.
   *
   * @example
   * ```ts
   * engine.mutePublishStreamVideo(camera, true);
   * ```
   * @param stream - The stream that is or will be published.
   * @returns true.
   * @throws {@link EngineError} 1100001 if it is no stream.
   */
  mutePublishStreamVideo(stream: LocalStream, mute: boolean): boolean;

  /**
   * Mutes or unmutes the audio of a stream, as {@link mutePublishStreamVideo} does the video. The
   * audio stays muted while {@link muteMicrophone} mutes all streams. Other users are told by
   * `remoteMicStatusUpdate`.
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
   * Mutes or unmutes the audio of all streams that are or will be published. Unmuting leaves those
   * muted that {@link mutePublishStreamAudio} has muted.
   *
   * @example
   * ```ts
   * button.onclick = () => engine.muteMicrophone(!engine.isMicrophoneMuted());
   * ```
   * @returns true.
   */
  muteMicrophone(mute: boolean): boolean;

  /**
   * Whether {@link muteMicrophone} has muted the audio of all streams.
   *
   * @example
   * ```ts
   * icon.hidden = !engine.isMicrophoneMuted();
   * ```
   */
  isMicrophoneMuted(): boolean;

  /**
   * Mutes or unmutes the video of a played stream, for this user only. A mute holds until it is
   * undone, through reconnects, stops and starts. It may be set before the stream is played.
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
   * The same for the audio of a played stream.
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
   * Mutes or unmutes the video of all streams that are or will be played. Unmuting leaves those
   * muted that {@link mutePlayStreamVideo} has muted.
   *
   * @example
   * ```ts
   * await engine.muteAllPlayVideoStreams(true);
   * ```
   * @returns true.
   */
  muteAllPlayVideoStreams(mute: boolean): Promise<boolean>;

  /**
   * The same for the audio of all streams.
   *
   * @example
   * ```ts
   * await engine.muteAllPlayAudioStreams(true);
   * ```
   * @returns true.
   */
  muteAllPlayAudioStreams(mute: boolean): Promise<boolean>;
}
