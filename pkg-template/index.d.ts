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
  /** Whether `remoteUserConnectionUpdate` is wanted. Default: false. */
  readonly userConnectionUpdate?: boolean;
}

/** How `switchRoom` wants the other room. */
export interface SwitchRoomConfig extends RoomConfig {
  /** Made by the app's server for the same user and the other room, or the app's AppSign. */
  readonly token: string;
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

/** How to play a stream. */
export interface PlayOptions {
  /**
   * Whether to stop by itself when the stream is deleted from the room, and to play it again when
   * it is back, until `stopPlayingStream` or the end of the room. Default: false.
   */
  readonly follow?: boolean;
}

/** What an accepted request resolves with. */
export interface ServerResponse {
  /** Always 0: a refused request rejects. */
  readonly errorCode: number;
  /** Always empty. */
  readonly extendedData: string;
}

/** What `sendBroadcastMessage` resolves with. */
export interface BroadcastResponse extends ServerResponse {
  /** The number the others get the message with. */
  readonly messageID: number;
}

/** What `sendBarrageMessage` resolves with. */
export interface BarrageResponse extends ServerResponse {
  /** Always empty: a message that may be dropped has no number its sender could use. */
  readonly messageID: string;
}

/** A message of someone in the room. */
export interface RoomMessage<ID extends number | string> {
  /** Who sent it. */
  readonly fromUser: RoomUser;
  /** The message. */
  readonly message: string;
  /** When the server took it, in milliseconds since 1970. */
  readonly sendTime: number;
  /** The message's number: in a room it only rises. */
  readonly messageID: ID;
}

/** One key of a room's extra info. */
export interface RoomExtraInfo {
  /** The key. */
  readonly key: string;
  /** The value; empty if the key was removed. */
  readonly value: string;
  /** Who set it. */
  readonly updateUser: RoomUser;
  /** When, in milliseconds since 1970. */
  readonly updateTime: number;
}

/** What can be lost and recovered by itself. */
export type Layer = "room" | "publish" | "play";

/**
 * Why a layer tries or waits. `"start"`: the app started it; `"local"`: this side's network came
 * back, changed or woke up, or something here fell silent; `"remote"`: the far end closed, refused
 * or failed; `"told"`: the far end said how long to wait; `"offline"`: the browser says there is no
 * network; `"limited"`: too many tries at one server; `"too-soon"`: started again too soon after it
 * had failed.
 */
export type RetryCause = "start" | "local" | "remote" | "told" | "offline" | "limited" | "too-soon";

/** A try that starts, or a wait for the next. */
export interface RetryUpdate {
  /** What tries. */
  readonly layer: Layer;
  /** Its roomID or streamID. */
  readonly id: string;
  /** Why. */
  readonly cause: RetryCause;
  /** Tries of this outage, the one this is about included; from 1. */
  readonly attempt: number;
  /** Milliseconds until that try; 0 if it starts now. */
  readonly nextAttemptInMs: number;
  /** Milliseconds since the outage, or the start, began. */
  readonly elapsedMs: number;
  /** Milliseconds after which it is given up; 0 without retry. */
  readonly windowMs: number;
}

/** A change of state in {@link ExpressEngine.timeline}. */
export interface TimelineState {
  /** When, on the clock of `performance.now()`. */
  readonly atMs: number;
  /** Whose state. */
  readonly layer: Layer;
  /** Its roomID or streamID. */
  readonly id: string;
  /** The new state, in the words of the layer's event. */
  readonly state: RoomStateReason | PublisherStateName | PlayerStateName;
  /** 0, or why. */
  readonly errorCode: number;
  /** Where a loss ends with this state: how many milliseconds it took. */
  readonly durationMs?: number;
  readonly cause?: never;
}

/** A try or a wait in {@link ExpressEngine.timeline}. */
export interface TimelineRetry extends RetryUpdate {
  /** When, on the clock of `performance.now()`. */
  readonly atMs: number;
  readonly state?: never;
}

/** An entry of {@link ExpressEngine.timeline}; `state` or `cause` tells which. */
export type TimelineEntry = TimelineState | TimelineRetry;

/** Whether a user's connection to the room is there, or is being sought. */
export type UserConnectionState = "CONNECTED" | "RECONNECTING";

/** Whether the camera or microphone of another's stream is open. */
export type RemoteDeviceStatus = "OPEN" | "MUTE";

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

/** A device. Its name is empty until the page was allowed to use one of its kind. */
export interface DeviceInfo {
  /** What the browser calls it. */
  readonly deviceName: string;
  /** What `useVideoDevice` and the like take. */
  readonly deviceID: string;
}

/** All devices there are. */
export interface DeviceLists {
  readonly cameras: DeviceInfo[];
  readonly microphones: DeviceInfo[];
  readonly speakers: DeviceInfo[];
}

/** What to capture from a camera into a {@link ZegoLocalStream}. */
export interface CaptureCameraOptions {
  /** A camera's device ID. */
  readonly input?: string;
  /** As {@link CameraOptions.videoQuality}. */
  readonly quality?: 1 | 2 | 3 | 4;
  /** Which way the camera looks. */
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
  /** Channels: 2 is stereo. */
  readonly channelCount?: 1 | 2;
}

/** What to capture of a screen into a {@link ZegoLocalStream}. */
export type CaptureScreenOptions = Omit<CaptureCameraOptions, "input" | "facingMode">;

/** How a microphone's sound is processed; what is left out stays as it is. */
export interface AudioConfig {
  /** Noise suppression. */
  readonly ANS?: boolean;
  /** Automatic gain control. */
  readonly AGC?: boolean;
  /** Echo cancellation. */
  readonly AEC?: boolean;
}

/** How a camera captures; what is left out stays as it is. */
export interface VideoConfig {
  /** As {@link CameraOptions.videoQuality}. */
  readonly videoQuality?: 1 | 2 | 3 | 4;
  /** In pixels. */
  readonly width?: number;
  /** In pixels. */
  readonly height?: number;
  /** In frames a second. */
  readonly frameRate?: number;
}

/** What a {@link ZegoLocalStream} begins with; by default camera and microphone. */
export interface ZegoStreamOptions {
  /** Whether to capture at once. Default: true. */
  readonly autoCapture?: boolean;
  /** Whether to play in `view` and `captureView` at once. Default: true. */
  readonly autoPlay?: boolean;
  /** A container for `playVideo`. */
  readonly view?: HTMLElement;
  /** A container for `playCaptureVideo`. */
  readonly captureView?: HTMLElement;
  /** Camera and microphone, both on by default. */
  readonly camera?: {
    readonly video?: boolean | CaptureCameraOptions;
    readonly audio?: boolean | CaptureMicrophoneOptions;
  };
  /** A screen, with the sound of what is shared if asked for. */
  readonly screen?: {
    readonly video?: true | CaptureScreenOptions;
    readonly audio?: boolean;
  };
  /** Pictures and sound of the app's own. */
  readonly custom?: { readonly video?: CustomOptions; readonly audio?: CustomOptions };
}

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
   */
  play(container: string | HTMLElement, options?: StreamViewOptions): void;
  /** Ends picture and sound. */
  stop(): void;
  /** As {@link play}, without sound. */
  playVideo(container: string | HTMLElement, options?: StreamViewOptions): void;
  /** Ends the picture. */
  stopVideo(): void;
  /** Lets the stream be heard. */
  playAudio(options?: StreamViewOptions): void;
  /** Ends the sound. */
  stopAudio(): void;
  /** Plays what the browser refused to play, from within a click. */
  resume(): Promise<void>;
  /** Silences the view, or lets it be heard again. */
  setAudioMuted(muted: boolean): boolean;
  /** Hides the picture, or shows it again; false if there is none. */
  setVideoMuted(muted: boolean): boolean;
  /**
   * @param volume - 0 to 100.
   * @throws {@link EngineError} with 1100001 if it is anything else.
   */
  setVolume(volume: number): boolean;
  /**
   * Lets the sound come from another speaker.
   *
   * @throws {@link EngineError} Rejects with 1103048 if there is no such device, and 1100001 where
   * the browser cannot choose.
   */
  useAudioOutputDevice(deviceID: string): Promise<void>;
  /** In pixels; 0 while there is no picture. */
  getVideoWidth(): number;
  /** In pixels; 0 while there is no picture. */
  getVideoHeight(): number;
  /**
   * @returns The picture as a `data:` URL.
   * @throws {@link EngineError} with 1100001 while there is none.
   */
  takeStreamSnapshot(options?: SnapshotOptions): string;
  /** Adds a listener; false if there is no such event or it listens already. */
  on<Name extends keyof StreamViewEvents>(event: Name, listener: StreamViewEvents[Name]): boolean;
  /** Removes a listener, or all of the event's; false if there was none. */
  off<Name extends keyof StreamViewEvents>(event: Name, listener?: StreamViewEvents[Name]): boolean;
}

/** The events of a {@link ZegoLocalStream}. */
export interface LocalStreamEvents extends StreamViewEvents {
  /** As `autoplayFailed`, of what `playCaptureVideo` and `playCaptureAudio` play. */
  autoplayCaptureFailed: StreamViewEvents["autoplayFailed"];
  /** As `canPlayVideo`, of what `playCaptureVideo` plays. */
  canPlayCaptureVideo: (event: Event) => void;
  /** As `canPlayAudio`, of what `playCaptureAudio` plays. */
  canPlayCaptureAudio: (event: Event) => void;
  /** Another video track is sent. */
  videoTrackChanged: (track: MediaStreamTrack) => void;
  /** Another audio track is sent. */
  audioTrackChanged: (track: MediaStreamTrack) => void;
  /** The same as `videoTrackChanged`. */
  captureVideoTrackChanged: (track: MediaStreamTrack) => void;
  /** The same as `audioTrackChanged`. */
  captureAudioTrackChanged: (track: MediaStreamTrack) => void;
}

/**
 * A stream for publishing, made by `createZegoStream`: one MediaStream, whatever is captured into
 * it. What changes is sent at once, without a new session. All captures reject as `createStream`
 * does, and with 1103069 if the running session has no place for the kind of track.
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
  /** The stream; it is one object for ever. */
  readonly stream: MediaStream;
  /** Whether any of its tracks is live. */
  readonly active: boolean;
  /** The MediaStream's ID. */
  readonly id: string;
  /** The stream, if it has video. */
  readonly videoCaptureStream: MediaStream | null;
  /** The stream, if it has audio. */
  readonly audioCaptureStream: MediaStream | null;
  /** The camera's device ID; empty without one. */
  readonly videoDeviceId: string;
  /** The microphone's device ID; empty without one. */
  readonly audioDeviceId: string;
  getTracks(): MediaStreamTrack[];
  getAudioTracks(): MediaStreamTrack[];
  getVideoTracks(): MediaStreamTrack[];
  startCaptureCamera(options?: CaptureCameraOptions): Promise<ServerResponse>;
  startCaptureMicrophone(options?: CaptureMicrophoneOptions): Promise<ServerResponse>;
  startCaptureCameraAndMicrophone(
    camera?: CaptureCameraOptions,
    microphone?: CaptureMicrophoneOptions,
  ): Promise<ServerResponse>;
  startCaptureScreen(options?: CaptureScreenOptions): Promise<ServerResponse>;
  startCaptureScreenWithAudio(
    video?: CaptureScreenOptions,
    audio?: boolean | AudioConfig,
  ): Promise<ServerResponse>;
  /** Takes the app's own pictures, which the SDK never stops. */
  startCaptureCustomVideo(options: CustomOptions): Promise<ServerResponse>;
  /** Takes the app's own sound, which the SDK never stops. */
  startCaptureCustomAudio(options: CustomOptions): Promise<ServerResponse>;
  startCaptureCustomVideoAndAudio(
    video: CustomOptions,
    audio: CustomOptions,
  ): Promise<ServerResponse>;
  /** Resolves with false if there is no video. */
  stopCaptureVideo(): Promise<boolean>;
  /** Resolves with false if there is no audio. */
  stopCaptureAudio(): Promise<boolean>;
  /** Shows the stream, as {@link ZegoStreamView.playVideo} does. */
  playVideo(view: HTMLElement, options?: StreamViewOptions): void;
  /** Lets the stream be heard. */
  playAudio(options?: StreamViewOptions): void;
  stopVideo(): void;
  stopAudio(): void;
  resumeVideo(): Promise<void>;
  resumeAudio(): Promise<void>;
  /** Shows the stream in a second place. */
  playCaptureVideo(view: HTMLElement, options?: StreamViewOptions): void;
  playCaptureAudio(options?: StreamViewOptions): void;
  stopPlayCaptureVideo(): void;
  stopPlayCaptureAudio(): void;
  /** As {@link ZegoStreamView.setVolume}. */
  setVolume(volume: number): boolean;
  /** As {@link ZegoStreamView.useAudioOutputDevice}. */
  useAudioOutputDevice(deviceID: string): Promise<void>;
  /** As {@link ZegoStreamView.takeStreamSnapshot}. */
  takeStreamSnapshot(options?: SnapshotOptions): string;
  /** As {@link ZegoStreamView.on}. */
  on<Name extends keyof LocalStreamEvents>(event: Name, listener: LocalStreamEvents[Name]): boolean;
  /** As {@link ZegoStreamView.off}. */
  off<Name extends keyof LocalStreamEvents>(
    event: Name,
    listener?: LocalStreamEvents[Name],
  ): boolean;
}

/** A stream of one's own, in either of its shapes. */
export type LocalStream = MediaStream | ZegoLocalStream;

/** What `checkSystemRequirements` can look for. */
export type Requirement =
  | "webRTC"
  | "customCapture"
  | "camera"
  | "microphone"
  | "screenSharing"
  | "H264"
  | "VP8"
  | "H265";

/** Why something cannot be had; `name` is the error's code. */
export type RequirementErrors = {
  readonly [name in Requirement]?: { readonly name: string; readonly message: string };
};

/** What this browser can do. */
export interface Requirements {
  readonly webRTC: boolean;
  readonly customCapture: boolean;
  readonly camera: boolean;
  readonly microphone: boolean;
  readonly screenSharing: boolean;
  readonly videoCodec: { readonly H264: boolean; readonly VP8: boolean; readonly H265: boolean };
  readonly errInfo: RequirementErrors;
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
  /** The token ends in 30 s, or in less: call `renewToken`. */
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
