import type { LocalStream } from "./local_stream.js";
import type { ServerResponse } from "./messages.js";

/** How to publish a stream. */
export interface PublishOptions {
  /** The video codec to prefer. */
  readonly videoCodec?: "VP8" | "H264";
  /** Free text for the others in the room; at most 1024 bytes. */
  readonly extraInfo?: string;
  /** The room to publish in. It must be named after `enableMultiRoom(true)`. */
  readonly roomID?: string;
}

/** How to play a stream. */
export interface PlayOptions {
  /**
   * Whether playing stops by itself when the stream is deleted from the room, and starts again when
   * the stream is back, until `stopPlayingStream` or the end of the room. Default: false.
   */
  readonly follow?: boolean;
  /**
   * Whether to play the video. Default: true. If the stream has none of the wanted kinds, there is
   * nothing to play and the player ends.
   */
  readonly video?: boolean;
  /** Whether to play the audio. Default: true. The rest is as for `video`. */
  readonly audio?: boolean;
  /**
   * The room to play from. Default: the one that has the stream, or else the room logged in to
   * first.
   */
  readonly roomID?: string;
}

/** The state of a publisher. */
export type PublisherStateName = "NO_PUBLISH" | "PUBLISH_REQUESTING" | "PUBLISHING";

/** The state of a player. */
export type PlayerStateName = "NO_PLAY" | "PLAY_REQUESTING" | "PLAYING";

/** The argument of `publisherStateUpdate` and `playerStateUpdate`. */
export interface StreamStateUpdate<State extends string> {
  /** The stream whose state changed. */
  readonly streamID: string;
  /** The new state. */
  readonly state: State;
  /** The reason, or 0. A requesting state with a code means that the SDK is trying again. */
  readonly errorCode: number;
  /** More about it; may be empty. */
  readonly extendedData: string;
}

/** Methods that publish and play streams. */
export interface StreamMethods {
  /**
   * Publishes a stream; `publisherStateUpdate` reports its state. While the room is logging in or
   * reconnecting, the publisher waits for it.
   *
   * @param streamID - Unique in the app; 1 to 256 letters, digits and `_-.@#+=`, but not `.` or `..`.
   * @returns false only if there is no such room, or if this ID is being published already, in
   * whichever room.
   * @throws {@link EngineError} 1000014 to 1000016 if the streamID is bad, 1003051 if the extra
   * info is too long, 1103047 if the stream has no track, 1100001 if an argument is of the wrong
   * type or no room is named after `enableMultiRoom(true)`; then nothing was sent.
   * @example
   * ```ts
   * engine.on("publisherStateUpdate", ({ streamID, state }) => console.log(streamID, state));
   * engine.startPublishingStream("ada-camera", camera, { videoCodec: "H264" });
   * ```
   */
  startPublishingStream(streamID: string, stream: LocalStream, options?: PublishOptions): boolean;

  /**
   * Stops publishing; the capture goes on.
   *
   * @returns true, also if there was nothing to stop.
   * @throws {@link EngineError} 1100001 if the streamID is no string.
   * @example
   * ```ts
   * engine.stopPublishingStream("ada-camera");
   * ```
   */
  stopPublishingStream(streamID: string): boolean;

  /**
   * Has nothing left to do: a change to a stream reaches its publishers by itself.
   *
   * @param updateType - 0: video, 1: audio, 2: both.
   * @example
   * ```ts
   * await engine.updatePublishingStream(stream, 2);
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if it is no stream, or no such type.
   */
  updatePublishingStream(stream: LocalStream, updateType: 0 | 1 | 2): Promise<ServerResponse>;

  /**
   * Plays a stream; `playerStateUpdate` reports its state. While the room is logging in or
   * reconnecting, the player waits for it.
   *
   * @param streamID - 1 to 256 letters, digits and `_-.@#+=`, but not `.` or `..`.
   * @returns The remote stream, once it plays. It stays the same object while it is played: a
   * reconnect swaps its tracks, so a video element set once keeps showing it. A stream that is not
   * there, or not yet, is tried for the whole retry window, so do not await one stream before
   * starting the next.
   * @throws {@link EngineError} Rejects with 1100001 if neither video nor audio is wanted, 1000002
   * if there is no room and 1104032 if the stream is being played already. Until the stream has
   * played for the first time, it also rejects with 1104042 if playing was stopped or the room was
   * left, 1104039 if the stream was not there, 1104021 to 1104031 if it could not be reached,
   * 1104046 if the token does not allow it, or the code that ended the room.
   * @example
   * ```ts
   * engine.on("roomStreamUpdate", (roomID, change, streams) => {
   *   if (change === "DELETE") return;
   *   for (const { streamID } of streams) {
   *     const video = document.body.appendChild(document.createElement("video"));
   *     video.autoplay = true;
   *     const show = (played: MediaStream) => { video.srcObject = played; };
   *     engine.startPlayingStream(streamID, { follow: true }).then(show, console.warn);
   *   }
   * });
   * ```
   */
  startPlayingStream(streamID: string, options?: PlayOptions): Promise<MediaStream>;

  /**
   * Stops playing.
   *
   * @example
   * ```ts
   * engine.stopPlayingStream("bo-camera");
   * ```
   * @throws {@link EngineError} 1100001 if the streamID is no string.
   */
  stopPlayingStream(streamID: string): void;
}
