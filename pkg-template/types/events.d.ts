import type { DeviceInfo } from "./devices.js";
import type { LocalStream } from "./local_stream.js";
import type { RoomExtraInfo, RoomMessage } from "./messages.js";
import type { RemoteDeviceStatus } from "./mutes.js";
import type { PlayStats, PublishStats, QualityGrade, SoundLevel } from "./quality.js";
import type { RetryUpdate } from "./recovery.js";
import type {
  RoomConnectionState,
  RoomStateReason,
  RoomStream,
  RoomUser,
  UpdateType,
  UserConnectionState,
} from "./rooms.js";
import type { PlayerStateName, PublisherStateName, StreamStateUpdate } from "./streams.js";

/** Every event with the type of its listener. */
export interface EngineEvents {
  /** The state of the room changed. */
  roomStateChanged: (
    roomID: string,
    reason: RoomStateReason,
    errorCode: number,
    extendedData: string,
  ) => void;
  /** The same, as one of the three states that older apps know. */
  roomStateUpdate: (
    roomID: string,
    state: RoomConnectionState,
    errorCode: number,
    extendedData: string,
  ) => void;
  /** Other users joined or left; never this user. Fired only if the login set `userUpdate`. */
  roomUserUpdate: (roomID: string, updateType: UpdateType, users: RoomUser[]) => void;
  /**
   * Other users' streams were added or deleted. On `DELETE`, `extendedData` is JSON:
   * `{"stream_delete_reason":[{"stream_id","code","description"}]}`, with codes and descriptions
   * 1 "publisher stopped", 2 "heartbeat timeout", 3 "repeated login", 4 "kicked", 5 "connection lost",
   * 6 "removed by server".
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
  /**
   * A played stream has a new video track: its first, before `PLAYING`, or another after a reconnect.
   * Its MediaStream stays the same.
   */
  playerVideoTrackUpdate: (streamID: string, track: MediaStreamTrack) => void;
  /**
   * A played stream has a new audio track: its first, before `PLAYING`, or another after a reconnect.
   * Its MediaStream stays the same.
   */
  playerAudioTrackUpdate: (streamID: string, track: MediaStreamTrack) => void;
  /** Messages of `sendBroadcastMessage`: in order, once, including those missed in a reconnect. */
  IMRecvBroadcastMessage: (roomID: string, messages: RoomMessage<number>[]) => void;
  /** Messages of `sendBarrageMessage`. */
  IMRecvBarrageMessage: (roomID: string, messages: RoomMessage<string>[]) => void;
  /** A command that another user sent to this one by `sendCustomCommand`. */
  IMRecvCustomCommand: (roomID: string, fromUser: RoomUser, command: string) => void;
  /** Keys of the room's extra info changed; after a login, all keys that exist. */
  roomExtraInfoUpdate: (roomID: string, extraInfo: RoomExtraInfo[]) => void;
  /** The extra info of other users' streams changed; `streams` has the new values. */
  streamExtraInfoUpdate: (roomID: string, streams: RoomStream[]) => void;
  /** The number of users in the room, including this one. */
  roomOnlineUserCountUpdate: (roomID: string, count: number) => void;
  /**
   * The token expires in 30 s or less, or has expired: call `renewToken`. Fired again on each
   * return of the network until there is a newer token.
   */
  tokenWillExpire: (roomID: string) => void;
  /** A room, publisher or player tries to connect, or waits until it may try again. */
  retryUpdate: (update: RetryUpdate) => void;
  /**
   * Another user lost the connection, or has it again. `roomUserUpdate` is not fired meanwhile: the
   * user stays in the room until the server gives the connection up. Fired only if the login asked
   * for it (`userConnectionUpdate`).
   */
  remoteUserConnectionUpdate: (roomID: string, userID: string, state: UserConnectionState) => void;
  /** Another user's video was muted or unmuted; for a new stream, fired only if it is muted. */
  remoteCameraStatusUpdate: (streamID: string, status: RemoteDeviceStatus) => void;
  /** Another user's audio was muted or unmuted; for a new stream, fired only if it is muted. */
  remoteMicStatusUpdate: (streamID: string, status: RemoteDeviceStatus) => void;
  /** The quality of a published stream; every 3 s, or as `setEngineConfig` says. */
  publishQualityUpdate: (streamID: string, stats: PublishStats) => void;
  /** The quality of a played stream; every 3 s, or as `setEngineConfig` says. */
  playQualityUpdate: (streamID: string, stats: PlayStats) => void;
  /**
   * The worst grade of all published and of all played streams, -1 without any. Fired with the
   * quality events. `userID` is always `""`, which is this user: nothing is known about others.
   */
  networkQuality: (userID: string, upstream: QualityGrade, downstream: QualityGrade) => void;
  /** The sound level of each stream; only while `setSoundLevelDelegate` has switched it on. */
  soundLevelUpdate: (levels: SoundLevel[]) => void;
  /** The sound level of the stream that was published first, 0 to 100; with `soundLevelUpdate`. */
  capturedSoundLevelUpdate: (soundLevel: number) => void;

  // Devices.

  /** A camera was plugged in or removed. */
  videoDeviceStateChanged: (updateType: UpdateType, device: DeviceInfo) => void;
  /** A microphone (`"Input"`) or a speaker (`"Output"`) was plugged in or removed. */
  audioDeviceStateChanged: (
    updateType: UpdateType,
    deviceType: "Input" | "Output",
    device: DeviceInfo,
  ) => void;
  /**
   * The capture of a microphone (1106009) or a camera (1106010) ended by itself, for example
   * because it was unplugged; or the device was stopped so that another could open, and could not
   * be opened again. Publishing goes on: `useAudioDevice` or `useVideoDevice` brings the capture
   * back.
   */
  deviceError: (errorCode: number, deviceName: string) => void;
  /**
   * The user stopped sharing the screen in the browser. The shared audio has ended with it; the
   * stream's other tracks go on.
   */
  screenSharingEnded: (stream: LocalStream) => void;
}
