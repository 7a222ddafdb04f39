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
 * The entries `holdfast-rtc/inline` and `holdfast-rtc/global` have no need of it.
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

/** Retry windows, in seconds, 0 meaning no retry; and intervals, in milliseconds. */
export interface EngineConfig {
  /** How long a lost room is tried for. Default: 1200. */
  readonly roomRetryTime?: number;
  /** How long a lost publisher or player is tried for. Default: 1200. */
  readonly streamRetryTime?: number;
  /** Another name of `roomRetryTime`. */
  readonly room_retry_time?: number;
  /** Another name of `streamRetryTime`. */
  readonly av_retry_time?: number;
  /** Milliseconds between two `publishQualityUpdate`; at least 1000. Default: 3000. */
  readonly publishQualityInterval?: number;
  /** Milliseconds between two `playQualityUpdate`; at least 1000. Default: 3000. */
  readonly playQualityInterval?: number;
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

/**
 * How good a stream or a connection is: 0 excellent, 1 good, 2 middling, 3 poor, 4 nothing comes
 * through, or next to nothing; -1 not known yet. From packet loss (2, 5, 10, 30 %) and round-trip
 * time (200, 400, 800, 1600 ms), by the worse of the two. While a stream reconnects it is 4, or -1.
 */
export type QualityGrade = -1 | 0 | 1 | 2 | 3 | 4;

/** Pictures that are sent, and what is known as well of those that are received. */
export interface VideoStats {
  /** In pixels. */
  readonly frameWidth: number;
  /** In pixels. */
  readonly frameHeight: number;
  /** Frames a second: captured (publish), decoded (play). */
  readonly videoFPS: number;
  /** Frames a second, sent or received. */
  readonly videoTransferFPS: number;
  /** In kbit a second. */
  readonly videoBitrate: number;
  /** Packets lost so far. */
  readonly videoPacketsLost: number;
  /** Share of packets lost lately, 0 to 1. */
  readonly videoPacketsLostRate: number;
  /** How good it is. */
  readonly videoQuality: QualityGrade;
  /** As `"VP8"`; empty until it is known. */
  readonly googCodecName: string;
  /** `"1"` while it is muted on this side, else `"0"`. */
  readonly muteState: "0" | "1";
}

/** Pictures that are received. */
export interface PlayVideoStats extends VideoStats {
  /** Frames decoded a second since the last update. */
  readonly videoRenderFPS: number;
  /** Frames so far. */
  readonly videoFramesDecoded: number;
  /** Frames so far. */
  readonly videoFramesDropped: number;
  /** Milliseconds that the picture stood still so far, where the browser counts them. */
  readonly videoCumulativeBreakTime: number;
}

/** Sound that is sent. */
export interface PublishAudioStats {
  /** Packets a second. */
  readonly audioFPS: number;
  /** In kbit a second. */
  readonly audioBitrate: number;
  /** Packets lost so far. */
  readonly audioPacketsLost: number;
  /** Share of packets lost lately, 0 to 1. */
  readonly audioPacketsLostRate: number;
  /** How good it is. */
  readonly audioQuality: QualityGrade;
  /** As `"opus"`; empty until it is known. */
  readonly audioCodec: string;
  /** `"1"` while it is muted on this side, else `"0"`. */
  readonly muteState: "0" | "1";
}

/** Sound that is received. */
export interface PlayAudioStats extends PublishAudioStats {
  /** In milliseconds. */
  readonly audioJitter: number;
}

/** What `publishQualityUpdate` tells. */
export interface PublishStats {
  readonly video: VideoStats;
  readonly audio: PublishAudioStats;
  /** Milliseconds to the media server and back. */
  readonly roundTripTime: number;
}

/** What `playQualityUpdate` tells. */
export interface PlayStats {
  readonly video: PlayVideoStats;
  readonly audio: PlayAudioStats;
  /** Milliseconds to the media server and back: its way to the publisher is not known here. */
  readonly peerToPeerDelay: number;
  /** Share of packets lost lately on the way from the media server, 0 to 1: the worse of both. */
  readonly peerToPeerPacketLostRate: number;
}

/** How loud a stream is. */
export interface SoundLevel {
  /** The stream. */
  readonly streamID: string;
  /** 0 silent to 100, the mean since the last update. */
  readonly soundLevel: number;
  /** `"push"`: published by this user; `"pull"`: played. */
  readonly type: "push" | "pull";
}

/** When `soundLevelUpdate` is wanted. */
export interface SoundLevelOptions {
  /** Also while the page is hidden. Default: false. */
  readonly enableInBackground?: boolean;
}

/** What is written to the console, from this level on. */
export interface LogConfig {
  /** `"debug"`: all events; `"info"`: states; `"warn"`: those with a code. */
  readonly logLevel: "debug" | "info" | "warn" | "error" | "report" | "disable";
}

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
  /** The tracks there are now. */
  getTracks(): MediaStreamTrack[];
  /** Those of them that are sound. */
  getAudioTracks(): MediaStreamTrack[];
  /** Those of them that are pictures. */
  getVideoTracks(): MediaStreamTrack[];
  /** Takes a camera in place of the video there is, on the air as well. Rejects as `createStream` does. */
  startCaptureCamera(options?: CaptureCameraOptions): Promise<ServerResponse>;
  /** Takes a microphone in place of the audio there is, on the air as well. Rejects as `createStream` does. */
  startCaptureMicrophone(options?: CaptureMicrophoneOptions): Promise<ServerResponse>;
  /** Takes both, as the two methods above do. */
  startCaptureCameraAndMicrophone(
    camera?: CaptureCameraOptions,
    microphone?: CaptureMicrophoneOptions,
  ): Promise<ServerResponse>;
  /** Takes a screen, which the user chooses, in place of the video there is. Rejects as `createStream` does. */
  startCaptureScreen(options?: CaptureScreenOptions): Promise<ServerResponse>;
  /** Takes a screen with the sound of what is shared, where the browser has it. */
  startCaptureScreenWithAudio(
    video?: CaptureScreenOptions,
    audio?: boolean | AudioConfig,
  ): Promise<ServerResponse>;
  /** Takes the app's own pictures, which the SDK never stops. */
  startCaptureCustomVideo(options: CustomOptions): Promise<ServerResponse>;
  /** Takes the app's own sound, which the SDK never stops. */
  startCaptureCustomAudio(options: CustomOptions): Promise<ServerResponse>;
  /** Takes the app's own pictures and sound. */
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
  /** Shows it no longer. */
  stopVideo(): void;
  /** Lets it be heard no longer. */
  stopAudio(): void;
  /** Shows it again, after a user's gesture where autoplay was refused. */
  resumeVideo(): Promise<void>;
  /** Lets it be heard again, after a user's gesture where autoplay was refused. */
  resumeAudio(): Promise<void>;
  /** Shows the stream in a second place. */
  playCaptureVideo(view: HTMLElement, options?: StreamViewOptions): void;
  /** Lets the stream be heard in a second place. */
  playCaptureAudio(options?: StreamViewOptions): void;
  /** Ends `playCaptureVideo`. */
  stopPlayCaptureVideo(): void;
  /** Ends `playCaptureAudio`. */
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
   * unplugged. Publishing goes on: `useAudioDevice` or `useVideoDevice` brings it back.
   */
  deviceError: (errorCode: number, deviceName: string) => void;
  /** The user ended the sharing of a screen in the browser; its stream is destroyed by then. */
  screenSharingEnded: (stream: LocalStream) => void;
}

/** One user's place in one room at a time, with the streams published and played there. */
export class ExpressEngine {
  /**
   * @param appID - The app's number.
   * @param server - The room server: `"https://host"`, `"wss://host"` and the like; of a list,
   * the first.
   * @throws {@link EngineError} 1101000 if {@link init} has not resolved yet (of the entries `inline`
   * and `global` never), 1100001 if an argument is missing or of the wrong type.
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
   * Leaves one room for another, as the user that logged in: `LOGOUT` tells of the first, then
   * `LOGINING` and `LOGINED` or `LOGIN_FAILED` of the second. Publishing and playing stop.
   *
   * @param fromRoomID - The room logged in to.
   * @param toRoomID - 1 to 128 visible ASCII characters.
   * @returns true.
   * @throws {@link EngineError} Rejects as `loginRoom` does, and with 1002002 if `fromRoomID` is not
   * the room logged in to, which is then left as it is.
   */
  switchRoom(fromRoomID: string, toRoomID: string, config: SwitchRoomConfig): Promise<boolean>;

  /**
   * Swaps the token for a newer one without a reconnect; later logins of the room use it too. If
   * the server does not take it, `tokenWillExpire` is told again, and the old one holds until its
   * end, which is a `KICKOUT` with 1102018.
   *
   * @param token - Made by the app's server for the same user and room.
   * @param roomID - The room; by default the one there is.
   * @returns false if the token is empty or longer than 4096 bytes.
   * @throws {@link EngineError} 1002002 if the room is not the one logged in to, or there is none,
   * 1100001 if an argument is not a string.
   */
  renewToken(token: string, roomID?: string): boolean;

  /**
   * Sends a message to everyone else in the room: in order and once, across reconnects of either
   * side. While the room reconnects it waits; of more than 32 that wait for the server, the next
   * is refused.
   *
   * @param message - 1 to 1024 bytes.
   * @returns Once the server has it.
   * @throws {@link EngineError} Rejects with 1009001 or 1009002 if the message is empty or too long,
   * 1002002 if the room is not the one logged in to, or is left meanwhile, 1009015 if 32 wait
   * already or more than 10 a second were sent for some time, 1100002 if the server does not answer
   * in 5 s, 1009010 if the server forgot who sent it before it answered, so that some may have it,
   * and the code that ended the room.
   */
  sendBroadcastMessage(roomID: string, message: string): Promise<BroadcastResponse>;

  /**
   * Sends a message to those who happen to be connected; some may miss it.
   *
   * @param message - 1 to 1024 bytes.
   * @throws {@link EngineError} Rejects as `sendBroadcastMessage` does, and with 1009010 if the room
   * is not connected.
   */
  sendBarrageMessage(roomID: string, message: string): Promise<BarrageResponse>;

  /**
   * Sends a command to some of the room's users, with the promises of `sendBroadcastMessage`.
   *
   * @param command - 1 to 1024 bytes.
   * @param toUserIDs - Up to 100 users; empty for everyone else.
   * @throws {@link EngineError} Rejects as `sendBroadcastMessage` does, and with 1002005 to 1002007
   * if a userID is bad.
   */
  sendCustomCommand(
    roomID: string,
    command: string,
    toUserIDs: readonly string[],
  ): Promise<ServerResponse>;

  /**
   * Sets one key of the room's extra info; the others are told by `roomExtraInfoUpdate`.
   *
   * @param key - 1 to 128 bytes; a room has up to 16 keys.
   * @param value - Up to 128 bytes; empty removes the key.
   * @throws {@link EngineError} Rejects with 1002014 or 1002015 if the key is empty or too long,
   * 1002016 if the value is too long, 1002017 if there are 16 keys already, and otherwise as
   * `sendBroadcastMessage` does.
   */
  setRoomExtraInfo(roomID: string, key: string, value: string): Promise<ServerResponse>;

  /**
   * Changes the extra info of a stream this user publishes; the others are told by
   * `streamExtraInfoUpdate`.
   *
   * @param extraInfo - Up to 1024 bytes.
   * @throws {@link EngineError} Rejects with 1000014 to 1000016 if the streamID is bad, 1104039 if
   * this user does not publish it, 1003051 if the text is too long, and otherwise as `sendBroadcastMessage` does.
   */
  setStreamExtraInfo(streamID: string, extraInfo: string): Promise<ServerResponse>;

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

  /**
   * Ends the capture of a stream made by `createStream` or `createZegoStream`, and the latter's
   * playing; tracks of the app's own are left to it.
   */
  destroyStream(stream: LocalStream): void;

  /**
   * Captures into a {@link ZegoLocalStream}: camera and microphone unless `options` name others.
   *
   * @example `const stream = await engine.createZegoStream();`
   * @throws {@link EngineError} Rejects as {@link createStream} does.
   */
  createZegoStream(options?: ZegoStreamOptions): Promise<ZegoLocalStream>;

  /**
   * Makes a view of a stream of one's own, silent unless asked.
   *
   * @example `engine.createLocalStreamView(camera).play("preview", { mirror: true });`
   * @throws {@link EngineError} with 1100001 if it is no stream.
   */
  createLocalStreamView(stream: LocalStream): ZegoStreamView;

  /**
   * Makes a view of a played stream. It keeps its last frame through reconnects.
   *
   * @example `engine.createRemoteStreamView(played).play("stage");`
   * @throws {@link EngineError} with 1100001 if it is no stream.
   */
  createRemoteStreamView(stream: MediaStream): ZegoStreamView;

  /**
   * Looks for all that an app may need, which asks the user for camera and microphone, or for one
   * thing only.
   *
   * @example `const { result } = await engine.checkSystemRequirements("webRTC");`
   * @throws {@link EngineError} Rejects with 1100001 if there is no such thing to look for.
   */
  checkSystemRequirements(): Promise<Requirements>;
  checkSystemRequirements(
    type: Requirement,
    level?: 0 | 1,
  ): Promise<{ readonly result: boolean; readonly errInfo: RequirementErrors }>;

  /**
   * Lists all devices.
   *
   * @example `const { cameras } = await engine.enumDevices();`
   * @throws {@link EngineError} Rejects with 1103053 on a page that is neither `https` nor
   * `localhost`.
   */
  enumDevices(): Promise<DeviceLists>;
  /** The cameras of {@link enumDevices}. */
  getCameras(): Promise<DeviceInfo[]>;
  /** The microphones of {@link enumDevices}. */
  getMicrophones(): Promise<DeviceInfo[]>;
  /** The speakers of {@link enumDevices}. */
  getSpeakers(): Promise<DeviceInfo[]>;

  /**
   * Captures from another camera, on the air too, without a new session.
   *
   * @example `await engine.useVideoDevice(stream, cameras[1].deviceID);`
   * @throws {@link EngineError} Rejects as {@link createStream} does, with 1103066 if there is no
   * such camera, and 1103047 if the stream has no captured video.
   */
  useVideoDevice(stream: LocalStream, deviceID: string): Promise<ServerResponse>;

  /**
   * Captures from another microphone, as {@link useVideoDevice} from another camera.
   *
   * @example `await engine.useAudioDevice(stream, microphones[1].deviceID);`
   */
  useAudioDevice(stream: LocalStream, deviceID: string): Promise<ServerResponse>;

  /**
   * Captures from the camera that looks at the user, or away. Rejects as {@link useVideoDevice}.
   *
   * @example `await engine.useFrontCamera(stream, false);`
   */
  useFrontCamera(stream: LocalStream, isFront: boolean): Promise<ServerResponse>;

  /**
   * Lets an element's sound come from another speaker.
   *
   * @example `await engine.useAudioOutputDevice(video, speakers[0].deviceID);`
   * @throws {@link EngineError} Rejects with 1103048 if there is no such speaker, and 1100001 where
   * the browser cannot choose.
   */
  useAudioOutputDevice(element: HTMLMediaElement, deviceID: string): Promise<boolean>;

  /**
   * Switches a captured camera off (its light too) or on again, while publishing goes on.
   *
   * @param isEnabled - Default: true.
   * @example `await engine.enableVideoCaptureDevice(stream, false);`
   * @throws {@link EngineError} Rejects as {@link useVideoDevice} does.
   */
  enableVideoCaptureDevice(stream: LocalStream, isEnabled?: boolean): Promise<boolean>;

  /**
   * Changes size and frame rate of a captured camera or screen.
   *
   * @example `await engine.setVideoConfig(stream, { width: 320, height: 240, frameRate: 10 });`
   * @throws {@link EngineError} Rejects with 1100001 if the config is bad, 1103047 if the stream has
   * no captured video.
   */
  setVideoConfig(stream: LocalStream, config: VideoConfig): Promise<ServerResponse>;

  /**
   * Changes how the microphone's sound is processed; it is captured anew for that.
   *
   * @example `await engine.setAudioConfig(stream, { ANS: true });`
   * @throws {@link EngineError} Rejects as {@link useAudioDevice} does.
   */
  setAudioConfig(stream: LocalStream, config: AudioConfig): Promise<ServerResponse>;

  /**
   * Makes what is sent louder or softer, until another microphone is used.
   *
   * @param volume - 0 to 200; 100 is as captured.
   * @example `await engine.setCaptureVolume(stream, 150);`
   * @throws {@link EngineError} Rejects with 1100001 if the volume is bad, 1103047 if the stream has
   * no sound.
   */
  setCaptureVolume(stream: LocalStream, volume: number): Promise<ServerResponse>;

  /**
   * Puts a track in the place of the stream's one of that kind, at once in everything that sends
   * the stream, and in whatever sends it later. No track is stopped (PUB-06).
   *
   * @example `await engine.replaceTrack(stream, canvasTrack);`
   * @throws {@link EngineError} Rejects with 1103047 if the stream has none of that kind.
   */
  replaceTrack(stream: LocalStream, track: MediaStreamTrack): Promise<ServerResponse>;

  /**
   * Adds a track of a kind the stream lacks.
   *
   * @example `await engine.addTrack(stream, microphoneTrack);`
   * @throws {@link EngineError} Rejects with 1100001 if the stream has that kind already, and
   * 1103069 if it is being published by a session that began without it: stop publishing first.
   */
  addTrack(stream: LocalStream, track: MediaStreamTrack): Promise<ServerResponse>;

  /**
   * Takes a track away; {@link addTrack} can put one in its place, on the air too.
   *
   * @example `await engine.removeTrack(stream, track);`
   * @throws {@link EngineError} Rejects with 1103047 if the stream does not have it.
   */
  removeTrack(stream: LocalStream, track: MediaStreamTrack): Promise<ServerResponse>;

  /**
   * Nothing is left to do here: what changes a stream changes its publishers with it.
   *
   * @param updateType - 0: video, 1: audio, 2: both.
   * @example `await engine.updatePublishingStream(stream, 2);`
   */
  updatePublishingStream(stream: LocalStream, updateType: 0 | 1 | 2): Promise<ServerResponse>;

  /** Whether the stream has live video that is neither muted nor switched off. */
  checkVideoTrackIsActive(stream: LocalStream): Promise<boolean>;
  /** Whether the stream has live sound that is neither muted nor switched off. */
  checkAudioTrackIsActive(stream: LocalStream): Promise<boolean>;

  /**
   * Publishes a stream; `publisherStateUpdate` tells how it goes. While the room is logging in or
   * reconnecting, the publisher waits for it.
   *
   * @param streamID - Unique in the app; 1 to 256 of letters, digits, `_` and `-`.
   * @returns false only if there is no room, or if this ID is being published already.
   * @throws {@link EngineError} if an argument is bad; nothing was sent then.
   */
  startPublishingStream(streamID: string, stream: LocalStream, options?: PublishOptions): boolean;

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
  startPlayingStream(streamID: string, options?: PlayOptions): Promise<MediaStream>;

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

  /**
   * The history of states, tries and recoveries: the last 500, oldest first. Each recovery is also
   * a User Timing measure, as `"holdfast:room lobby"` or `"holdfast:play ada-camera"`, which
   * browsers show in their performance panels and `performance.getEntriesByType("measure")` lists.
   */
  timeline(): TimelineEntry[];

  /**
   * Tries at once whatever waits for its next try: for a button beside "reconnecting…". What lives is
   * probed. A wait that the server asked for is kept to (ROOM-06), and so is the limit on tries at
   * one server (MEDIA-10).
   *
   * @throws {@link EngineError} 1101000 after `destroyEngine`.
   */
  retryNow(): void;

  /**
   * In dev builds only (`cargo xtask build --dev`): what the engine was told and did since it was
   * made, as JSON lines that `cargo run --example replay` runs again. Tokens and secrets are in it.
   */
  simulate?(command: "trace"): string;

  /**
   * Mutes the pictures of a stream, or opens them again: its tracks are disabled, not stopped, and
   * the others are told by `remoteCameraStatusUpdate`, through every reconnect. It may be done
   * before the stream is published.
   *
   * @example
   * ```js
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
   * ```js
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
   * ```js
   * button.onclick = () => engine.muteMicrophone(!engine.isMicrophoneMuted());
   * ```
   * @returns true.
   */
  muteMicrophone(mute: boolean): boolean;

  /**
   * Whether {@link muteMicrophone} has muted the sound of all streams.
   *
   * @example
   * ```js
   * icon.hidden = !engine.isMicrophoneMuted();
   * ```
   */
  isMicrophoneMuted(): boolean;

  /**
   * Mutes the pictures of a played stream for this user alone, or opens them again. It holds until
   * it is opened again, through reconnects, stops and starts, and may come before the start.
   *
   * @example
   * ```js
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
   * ```js
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
   * ```js
   * await engine.muteAllPlayVideoStreams(true);
   * ```
   * @returns true.
   */
  muteAllPlayVideoStreams(mute: boolean): Promise<boolean>;

  /**
   * The same for the sound of all streams.
   *
   * @example
   * ```js
   * await engine.muteAllPlayAudioStreams(true);
   * ```
   * @returns true.
   */
  muteAllPlayAudioStreams(mute: boolean): Promise<boolean>;

  /**
   * What the last look at a published stream found; null before the first.
   *
   * @example
   * ```js
   * const kbps = engine.getPublishingStreamQuality("ada-camera")?.video.videoBitrate;
   * ```
   */
  getPublishingStreamQuality(streamID: string): PublishStats | null;

  /**
   * What the last look at a played stream found; null before the first.
   *
   * @example
   * ```js
   * const grade = engine.getPlayingStreamQuality("bo-camera")?.video.videoQuality;
   * ```
   */
  getPlayingStreamQuality(streamID: string): PlayStats | null;

  /**
   * Switches `soundLevelUpdate` and `capturedSoundLevelUpdate` on or off.
   *
   * @example
   * ```js
   * engine.on("soundLevelUpdate", (levels) => levels.forEach(({ streamID, soundLevel }) => …));
   * engine.setSoundLevelDelegate(true, 500);
   * ```
   * @param interval - Milliseconds between two updates, 100 to 3000. Default: 1000.
   * @throws {@link EngineError} 1100001 if the interval is no number.
   */
  setSoundLevelDelegate(isOn: boolean, interval?: number, options?: SoundLevelOptions): void;

  /**
   * Has events written to the console, from a level on; nothing is until then, and nothing is sent
   * anywhere. Tokens are never written.
   *
   * @example
   * ```js
   * engine.setLogConfig({ logLevel: "info" });
   * ```
   * @returns Whether the level is known.
   */
  setLogConfig(config: LogConfig): boolean;

  /**
   * Has all events written to the console, or none.
   *
   * @example
   * ```js
   * engine.setDebugVerbose(true);
   * ```
   */
  setDebugVerbose(enable: boolean): void;

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
