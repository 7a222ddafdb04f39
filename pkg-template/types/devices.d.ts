import type { LocalStream } from "./local_stream.js";
import type { ServerResponse } from "./messages.js";

/** A device. Its name is empty until the user has allowed the page to use a device of its kind. */
export interface DeviceInfo {
  /** The browser's name for the device. */
  readonly deviceName: string;
  /** The ID that `useVideoDevice` and similar methods take. */
  readonly deviceID: string;
}

/** All devices. */
export interface DeviceLists {
  readonly cameras: DeviceInfo[];
  readonly microphones: DeviceInfo[];
  readonly speakers: DeviceInfo[];
}

/** What `checkSystemRequirements` can check. */
export type Requirement =
  | "webRTC"
  | "customCapture"
  | "camera"
  | "microphone"
  | "screenSharing"
  | "H264"
  | "VP8"
  | "H265";

/** Why a requirement is not met; `name` is the error's code. */
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

/** Methods for cameras, microphones and speakers. */
export interface DeviceMethods {
  /**
   * Checks everything that an app may need. This asks the user for camera and microphone.
   *
   * @example
   * ```ts
   * const { webRTC, camera, errInfo } = await engine.checkSystemRequirements();
   * if (!webRTC || !camera) console.warn(errInfo.camera?.message);
   * ```
   */
  checkSystemRequirements(): Promise<Requirements>;
  /**
   * Checks one requirement only.
   *
   * @param level - Accepted for the compatible API; every check is as thorough as possible.
   * @example
   * ```ts
   * const { result } = await engine.checkSystemRequirements("webRTC");
   * ```
   * @throws {@link EngineError} Rejects with 1100001 if there is no such requirement.
   */
  checkSystemRequirements(
    type: Requirement,
    level?: 0 | 1,
  ): Promise<{ readonly result: boolean; readonly errInfo: RequirementErrors }>;

  /**
   * Lists all devices.
   *
   * @example
   * ```ts
   * const { cameras } = await engine.enumDevices();
   * ```
   * @throws {@link EngineError} Rejects with 1103053 on a page that is neither `https` nor
   * `localhost`.
   */
  enumDevices(): Promise<DeviceLists>;

  /**
   * The cameras of {@link enumDevices}.
   *
   * @example
   * ```ts
   * for (const { deviceName, deviceID } of await engine.getCameras()) console.log(deviceName, deviceID);
   * ```
   * @throws {@link EngineError} Rejects as {@link enumDevices} does.
   */
  getCameras(): Promise<DeviceInfo[]>;

  /**
   * The microphones of {@link enumDevices}.
   *
   * @example
   * ```ts
   * const [microphone] = await engine.getMicrophones();
   * ```
   * @throws {@link EngineError} Rejects as {@link enumDevices} does.
   */
  getMicrophones(): Promise<DeviceInfo[]>;

  /**
   * The speakers of {@link enumDevices}.
   *
   * @example
   * ```ts
   * const [speaker] = await engine.getSpeakers();
   * ```
   * @throws {@link EngineError} Rejects as {@link enumDevices} does.
   */
  getSpeakers(): Promise<DeviceInfo[]>;

  /**
   * Captures from another camera. A stream that is being published switches without a new session.
   * If the camera cannot be opened, the previous one goes on.
   *
   * @example
   * ```ts
   * await engine.useVideoDevice(stream, cameras[1].deviceID);
   * ```
   * @throws {@link EngineError} Rejects as {@link ExpressEngine.createStream} does, with 1103066 if
   * there is no such camera, and 1103047 if the stream has no captured video, or if it was ended or
   * another call changed its video before this camera was open (PUB-09).
   */
  useVideoDevice(stream: LocalStream, deviceID: string): Promise<ServerResponse>;

  /**
   * Captures from another microphone, as {@link useVideoDevice} does from another camera.
   *
   * @example
   * ```ts
   * await engine.useAudioDevice(stream, microphones[1].deviceID);
   * ```
   * @throws {@link EngineError} Rejects as {@link ExpressEngine.createStream} does, with 1103066 if
   * there is no such microphone, and 1103047 if the stream has no captured audio, or if it was
   * ended or another call changed its audio before this microphone was open (PUB-09).
   */
  useAudioDevice(stream: LocalStream, deviceID: string): Promise<ServerResponse>;

  /**
   * Captures from the camera that faces the user, or from the one that faces away. Rejects as
   * {@link useVideoDevice} does.
   *
   * @example
   * ```ts
   * await engine.useFrontCamera(stream, false);
   * ```
   */
  useFrontCamera(stream: LocalStream, isFront: boolean): Promise<ServerResponse>;

  /**
   * Plays an element's audio on another speaker.
   *
   * @example
   * ```ts
   * await engine.useAudioOutputDevice(video, speakers[0].deviceID);
   * ```
   * @throws {@link EngineError} Rejects with 1103048 if there is no such speaker, and 1100001 if
   * the browser cannot choose a speaker.
   */
  useAudioOutputDevice(element: HTMLMediaElement, deviceID: string): Promise<boolean>;

  /**
   * Switches a captured camera off (its light too) or on again, while publishing goes on.
   *
   * @param isEnabled - Default: true.
   * @example
   * ```ts
   * await engine.enableVideoCaptureDevice(stream, false);
   * ```
   * @throws {@link EngineError} Rejects as {@link useVideoDevice} does.
   */
  enableVideoCaptureDevice(stream: LocalStream, isEnabled?: boolean): Promise<boolean>;
}
