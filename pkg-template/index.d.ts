/**
 * Browser SDK for rooms and streams that reconnect by themselves.
 *
 * @packageDocumentation
 */

/** What {@link init} can load the WebAssembly module from. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Loads the WebAssembly module. Call and await it once before the first `new ExpressEngine`;
 * further calls return the first one's promise. After a failed load it can be called again.
 *
 * @param source - Where the module is; by default `holdfast_bg.wasm` beside this file.
 */
export function init(
  source?: ModuleSource | PromiseLike<Response | WebAssembly.Module>,
): Promise<void>;

/**
 * What every throw and rejection of the SDK is: an `Error` with a code.
 *
 * `msg`, `errorCode` and `extendedData` repeat it in the shapes that apps of the compatible API
 * read.
 */
export interface EngineError extends Error {
  /** The error's code. */
  readonly code: number;
  /** The same as `code`. */
  readonly errorCode: number;
  /** The same as `message`. */
  readonly msg: string;
  /** More about the error; may be empty. */
  readonly extendedData: string;
}

/** A member of a room. */
export interface User {
  /** Unique in the app; 1 to 64 visible ASCII characters. */
  readonly userID: string;
  /** Shown to people; at most 256 bytes. */
  readonly userName?: string;
}

/** A member of a room, as events tell it. */
export interface RoomUser {
  /** Unique in the app. */
  readonly userID: string;
  /** Shown to people; may be empty. */
  readonly userName: string;
}

/** A stream of a room. */
export interface RoomStream {
  /** Unique in the app. */
  readonly streamID: string;
  /** Who publishes it. */
  readonly user: RoomUser;
  /** Free text of its publisher; may be empty. */
  readonly extraInfo: string;
}

/** How a login wants the room. */
export interface RoomConfig {
  /** Whether `roomUserUpdate` is wanted. Default: false. */
  readonly userUpdate?: boolean;
  /** Another name of `userUpdate`. */
  readonly isUserStatusNotify?: boolean;
  /** Refuses the login if the room holds this many users already. Default: 0, no limit. */
  readonly maxMemberCount?: number;
}

/** Retry windows, in seconds; 0 means no retry. */
export interface EngineConfig {
  /** How long a lost room is tried for. Default: 1200. */
  readonly roomRetryTime?: number;
  /** How long a lost publisher or player is tried for. Default: 1200. */
  readonly streamRetryTime?: number;
  /** Another name of `roomRetryTime`. */
  readonly room_retry_time?: number;
  /** Another name of `streamRetryTime`. */
  readonly av_retry_time?: number;
}

/** What to capture from a camera and a microphone. */
export interface CameraOptions {
  /** Whether to capture video. Default: true. */
  readonly video?: boolean;
  /** Whether to capture audio. Default: true. */
  readonly audio?: boolean;
  /**
   * 1: 320x240 at 15 frames a second; 2 (the default): 640x480 at 15; 3: 1280x720 at 20;
   * 4: as `width`, `height` and `frameRate` say, which win over the others too.
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
  /** Which way the camera looks. */
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
  /** Whether to capture the sound of what is shared. Default: false. */
  readonly audio?: boolean;
}

/** Pictures and sound of the app's own. */
export interface CustomOptions {
  /** A stream, whose tracks are used as they are, or an element to capture where that works. */
  readonly source: MediaStream | HTMLMediaElement;
}

/** What a stream is made of: exactly one of the three, each an object; `screen` may be true. */
export type StreamSource =
  | { readonly camera: CameraOptions; readonly screen?: never; readonly custom?: never }
  | { readonly screen: true | ScreenOptions; readonly camera?: never; readonly custom?: never }
  | { readonly custom: CustomOptions; readonly camera?: never; readonly screen?: never };

/** How to publish a stream. */
export interface PublishOptions {
  /** The video codec to prefer. */
  readonly videoCodec?: "VP8" | "H264";
  /** Free text for the others in the room; at most 1024 bytes. */
  readonly extraInfo?: string;
}

/** Why the state of a room changed. */
export type RoomStateReason =
  | "LOGINING"
  | "LOGINED"
  | "LOGIN_FAILED"
  | "RECONNECTING"
  | "RECONNECTED"
  | "RECONNECT_FAILED"
  | "KICKOUT"
  | "LOGOUT"
  | "LOGOUT_FAILED";

/** The state of a room in the older event's words. */
export type RoomConnectionState = "DISCONNECTED" | "CONNECTING" | "CONNECTED";

/** Whether a list grew or shrank. */
export type UpdateType = "ADD" | "DELETE";

/** The state of a publisher. */
export type PublisherStateName = "NO_PUBLISH" | "PUBLISH_REQUESTING" | "PUBLISHING";

/** The state of a player. */
export type PlayerStateName = "NO_PLAY" | "PLAY_REQUESTING" | "PLAYING";

/** What `publisherStateUpdate` and `playerStateUpdate` tell. */
export interface StreamStateUpdate<State extends string> {
  /** Whose state. */
  readonly streamID: string;
  /** The new state. */
  readonly state: State;
  /** 0, or why. A requesting state with a code means that the SDK is trying again. */
  readonly errorCode: number;
  /** More about it; may be empty. */
  readonly extendedData: string;
}

/** Every event with its listener. */
export interface EngineEvents {
  /** The state of the room changed. */
  roomStateChanged: (
    roomID: string,
    reason: RoomStateReason,
    errorCode: number,
    extendedData: string,
  ) => void;
  /** The same in three words, as older apps know it. */
  roomStateUpdate: (
    roomID: string,
    state: RoomConnectionState,
    errorCode: number,
    extendedData: string,
  ) => void;
  /** Others came or went. Told only if the login asked for it, and never about oneself. */
  roomUserUpdate: (roomID: string, updateType: UpdateType, users: RoomUser[]) => void;
  /**
   * Streams of others came or went. On `DELETE`, `extendedData` is JSON:
   * `{"stream_delete_reason":[{"stream_id","code","description"}]}`; code 1: the publisher
   * stopped, 2: heartbeat timeout, 3: logged in again elsewhere, 4: kicked, 5: connection lost,
   * 6: removed by the server.
   */
  roomStreamUpdate: (
    roomID: string,
    updateType: UpdateType,
    streams: RoomStream[],
    extendedData: string,
  ) => void;
  /** The state of one of this user's streams changed. */
  publisherStateUpdate: (update: StreamStateUpdate<PublisherStateName>) => void;
  /** The state of a played stream changed. */
  playerStateUpdate: (update: StreamStateUpdate<PlayerStateName>) => void;
}

/** One user's place in one room at a time, with the streams published and played there. */
export class ExpressEngine {
  /**
   * @param appID - The app's number.
   * @param server - The room server: `"https://host"`, `"wss://host"` and the like; of a list,
   * the first.
   * @throws {@link EngineError} if an argument is missing or of the wrong type.
   */
  constructor(appID: number, server: string | readonly string[]);

  /**
   * Logs in. `LOGINING`, then `LOGINED` or `LOGIN_FAILED` tell the same as the promise.
   *
   * @param roomID - 1 to 128 visible ASCII characters.
   * @param token - Made by the app's server for this user and room, or the app's AppSign.
   * @returns true.
   * @throws {@link EngineError} Rejects at once if the server refuses or an argument is bad, and
   * with 1002031 if the server cannot be reached within the retry window.
   */
  loginRoom(roomID: string, token: string, user: User, config?: RoomConfig): Promise<boolean>;

  /**
   * Leaves the room and stops publishing and playing. `LOGOUT` tells when it is done, or
   * `LOGOUT_FAILED` if the server did not confirm it: the others then see the user until the
   * server gives the lost connection up. A login that was under way rejects with 1102026.
   *
   * @param roomID - The room; by default the one there is, if any.
   * @throws {@link EngineError} 1002002 if a room is named that is not the one logged in to.
   */
  logoutRoom(roomID?: string): void;

  /**
   * Captures a camera, a microphone or a screen, or wraps the app's own stream.
   *
   * @param source - By default `{ camera: {} }`: camera and microphone.
   * @throws {@link EngineError} Rejects with 1103064 without permission, 1103048 without a
   * device, 1103065 if it is in use, 1103042 if sharing the screen was cancelled, 1103043 where
   * screens cannot be shared, 1103053 on a page that is neither `https` nor `localhost`, and
   * 1100001 if the argument is bad, as `{ screen: false }` or `{ camera: false }` is.
   */
  createStream(source?: StreamSource): Promise<MediaStream>;

  /** Ends the capture of a stream made by `createStream`; a custom one is left to the app. */
  destroyStream(stream: MediaStream): void;

  /**
   * Publishes a stream; `publisherStateUpdate` tells how it goes. While the room is logging in or
   * reconnecting, the publisher waits for it.
   *
   * @param streamID - Unique in the app; 1 to 256 of letters, digits, `_` and `-`.
   * @returns false only if there is no room, or if this ID is being published already.
   * @throws {@link EngineError} if an argument is bad; nothing was sent then.
   */
  startPublishingStream(streamID: string, stream: MediaStream, options?: PublishOptions): boolean;

  /**
   * Stops publishing; the capture goes on.
   *
   * @returns true, also if there was nothing to stop.
   * @throws {@link EngineError} if the argument is bad.
   */
  stopPublishingStream(streamID: string): boolean;

  /**
   * Plays a stream; `playerStateUpdate` tells how it goes. While the room is logging in or
   * reconnecting, the player waits for it.
   *
   * @param streamID - 1 to 256 of letters, digits, `_` and `-`.
   * @returns The remote stream, once it plays. It is one object for as long as it is played:
   * a reconnect swaps its tracks, so a video element set once keeps showing it. A stream that is
   * not there, or not yet, is tried for through the whole retry window, so do not await one
   * stream before starting the next.
   * @throws {@link EngineError} Rejects with 1000002 if there is no room and 1104032 if the stream
   * is being played already; before it has ever played also with 1104042 if it was stopped or the
   * room was left, 1104039 if it was not there, 1104021 to 1104031 if it could not be reached,
   * 1104046 if the token does not allow it, or the code that ended the room.
   */
  startPlayingStream(streamID: string): Promise<MediaStream>;

  /** Stops playing. */
  stopPlayingStream(streamID: string): void;

  /**
   * Sets the retry windows, before `loginRoom`.
   *
   * @param config - The keys, or the native editions' string, as
   * `"room_retry_time=600;av_retry_time=600"`.
   * @throws {@link EngineError} if a value is bad or a login was made already.
   */
  setEngineConfig(config: string | EngineConfig): void;

  /**
   * Adds a listener. Listeners are called in the order they were added; one that throws does
   * not stop the others, and what it threw is reported as an uncaught error.
   *
   * @returns false if there is no such event, `listener` is no function, or it listens already.
   */
  on<Name extends keyof EngineEvents>(event: Name, listener: EngineEvents[Name]): boolean;

  /** As {@link on}, for the next such event only. */
  once<Name extends keyof EngineEvents>(event: Name, listener: EngineEvents[Name]): boolean;

  /**
   * Removes a listener, or all of the event's.
   *
   * @returns Whether one was removed.
   */
  off<Name extends keyof EngineEvents>(event: Name, listener?: EngineEvents[Name]): boolean;

  /** The SDK's version, as `"0.1.0"`. */
  getVersion(): string;

  /**
   * Logs out, stops publishing, playing and capturing, and drops all listeners. The engine is of
   * no use after it.
   */
  destroyEngine(): void;
}

/** The engine's name in the compatible API. */
export { ExpressEngine as ZegoExpressEngine };

/** The numbers of the native editions for `roomStateChanged`'s reasons. */
export const RoomStateChangedReason: {
  readonly LOGINING: 0;
  readonly LOGINED: 1;
  readonly LOGIN_FAILED: 2;
  readonly RECONNECTING: 3;
  readonly RECONNECTED: 4;
  readonly RECONNECT_FAILED: 5;
  /** The event's string is `"KICKOUT"`. */
  readonly KICK_OUT: 6;
  readonly LOGOUT: 7;
  readonly LOGOUT_FAILED: 8;
};

/** The numbers of the native editions for a publisher's states. */
export const PublisherState: {
  readonly NO_PUBLISH: 0;
  readonly PUBLISH_REQUESTING: 1;
  readonly PUBLISHING: 2;
};

/** The numbers of the native editions for a player's states. */
export const PlayerState: {
  readonly NO_PLAY: 0;
  readonly PLAY_REQUESTING: 1;
  readonly PLAYING: 2;
};
