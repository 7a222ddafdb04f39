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
  /** Someone's `sendBroadcastMessage`: in order and once, those missed in a reconnect included. */
  IMRecvBroadcastMessage: (roomID: string, messages: RoomMessage<number>[]) => void;
  /** Someone's `sendBarrageMessage`. */
  IMRecvBarrageMessage: (roomID: string, messages: RoomMessage<string>[]) => void;
  /** Someone's `sendCustomCommand` to this user. */
  IMRecvCustomCommand: (roomID: string, fromUser: RoomUser, command: string) => void;
  /** Keys of the room's extra info changed; after a login: those there are. */
  roomExtraInfoUpdate: (roomID: string, extraInfo: RoomExtraInfo[]) => void;
  /** The extra info of others' streams changed; the streams are as they are now. */
  streamExtraInfoUpdate: (roomID: string, streams: RoomStream[]) => void;
  /** How many users are in the room, oneself included. */
  roomOnlineUserCountUpdate: (roomID: string, count: number) => void;
  /**
   * The token ends in 30 s, or in less, or has ended: call `renewToken`. Told again on each return of
   * the network until a newer one has come.
   */
  tokenWillExpire: (roomID: string) => void;
  /** A room, publisher or player tries to connect, or waits until it may try again. */
  retryUpdate: (update: RetryUpdate) => void;
  /**
   * Another user lost its connection, or has it again. `roomUserUpdate` stays silent meanwhile:
   * the user is in the room until the server gives it up. Told only if the login asked for it.
   */
  remoteUserConnectionUpdate: (roomID: string, userID: string, state: UserConnectionState) => void;
  /** The pictures of another's stream were muted or are open again; of a new stream: if muted. */
  remoteCameraStatusUpdate: (streamID: string, status: RemoteDeviceStatus) => void;
  /** The sound of another's stream was muted or is open again; of a new stream: if muted. */
  remoteMicStatusUpdate: (streamID: string, status: RemoteDeviceStatus) => void;
  /** What a published stream is like; every 3 s, or as `setEngineConfig` says. */
  publishQualityUpdate: (streamID: string, stats: PublishStats) => void;
  /** What a played stream is like; every 3 s, or as `setEngineConfig` says. */
  playQualityUpdate: (streamID: string, stats: PlayStats) => void;
  /**
   * The worst of what is published and of what is played, -1 without any; told with the quality
   * events. `userID` is always `""`, this user: of others nothing is known.
   */
  networkQuality: (userID: string, upstream: QualityGrade, downstream: QualityGrade) => void;
  /** How loud each stream is; only while `setSoundLevelDelegate` has switched it on. */
  soundLevelUpdate: (levels: SoundLevel[]) => void;
  /** How loud the stream is that was published first, 0 to 100; with `soundLevelUpdate`. */
  capturedSoundLevelUpdate: (soundLevel: number) => void;

  // Devices.

  /** A camera came or went. */
  videoDeviceStateChanged: (updateType: UpdateType, device: DeviceInfo) => void;
  /** A microphone (`"Input"`) or a speaker (`"Output"`) came or went. */
  audioDeviceStateChanged: (
    updateType: UpdateType,
    deviceType: "Input" | "Output",
    device: DeviceInfo,
  ) => void;
  /**
   * The capture of a microphone (1106009) or a camera (1106010) ended by itself, as when it is
   * unplugged, or it had to be stopped for another and could not be opened again. Publishing goes
   * on: `useAudioDevice` or `useVideoDevice` brings it back.
   */
  deviceError: (errorCode: number, deviceName: string) => void;
  /**
   * The user ended the sharing of a screen in the browser. The sound of what was shared has ended
   * with it; whatever else the stream has goes on.
   */
  screenSharingEnded: (stream: LocalStream) => void;
}
