/**
 * The engine under the compatible SDK's name and with its habits.
 *
 * @packageDocumentation
 */

import type { Requirement, RequirementErrors, Requirements } from "../../../types/devices.js";
import { ExpressEngine } from "../../../types/engine.js";
import type { ServerResponse } from "../../../types/messages.js";
import type { ZegoScenario } from "../../src/common/zego.entity.js";
import type { ZegoStreamOptions } from "../../src/common/zego.entity.web.js";
import type { ZegoLogConfig, ZegoProxyInfo } from "./ZegoExpressEntity.rtm.js";
import type {
  ZegoCapabilityDetection,
  ZegoDeviceInfo,
  ZegoDeviceInfos,
  ZegoEvent,
  ZegoGeoFenceType,
  ZegoLocalStreamConfig,
  ZegoPublishStreamAudioConfig,
  ZegoPublishStreamConfig,
  ZegoWebPlayOption,
  ZegoWebPublishOption,
} from "./ZegoExpressEntity.web.js";
import type ZegoLocalStream from "./ZegoLocalStream.web.js";
import type { ZegoStreamView } from "./ZegoStreamView.web.js";

type LocalStream = MediaStream | ZegoLocalStream;

/**
 * `ExpressEngine` with the habits of the compatible SDK: what tidies up never throws, and options
 * that mean nothing are left out. docs/migrating.md has them all.
 */
export declare class ZegoExpressEngine extends ExpressEngine {
  /** The version of the compatible SDK whose interface this is. */
  static readonly version: string;

  /**
   * @param appID - The app's number; may be a text.
   * @param server - The room server. Of a list, the first is used.
   * @param options - Do nothing.
   */
  constructor(
    appID: number | string,
    server: string | readonly string[],
    options?: { scenario?: ZegoScenario },
  );

  /** Does nothing. */
  static setEngineOptions(options: object): void;
  /** Does nothing: the server is where you put it. */
  static setGeoFence(type: ZegoGeoFenceType, areaList: readonly number[]): void;
  /** Does nothing. */
  static setCloudProxyConfig(
    proxies: readonly ZegoProxyInfo[],
    token: string,
    enable: boolean,
  ): void;
  /** Does nothing. */
  static setLocalProxyConfig(config: object, enable: boolean): void;
  /** Does nothing; `setLogConfig` of an engine does. */
  static presetLogConfig(config: ZegoLogConfig): boolean;
  /** Says once in the console that the module is not there. */
  static use(module: unknown): void;

  /** The version of the compatible SDK whose interface this is; see {@link holdfastVersion}. */
  getVersion(): string;
  /** The version of this SDK. */
  holdfastVersion(): string;
  setEngineConfig(config: unknown): void;
  setLogConfig(config: ZegoLogConfig): boolean;
  on<Name extends keyof ZegoEvent>(event: Name, listener: ZegoEvent[Name]): boolean;
  off<Name extends keyof ZegoEvent>(event: Name, listener?: ZegoEvent[Name]): boolean;

  createStream(source?: ZegoLocalStreamConfig): Promise<MediaStream>;
  createZegoStream(options?: ZegoStreamOptions): Promise<ZegoLocalStream>;
  destroyStream(stream: LocalStream | null | undefined): void;
  startPublishingStream(
    streamID: string,
    stream: LocalStream,
    options?: ZegoWebPublishOption,
  ): boolean;
  startPlayingStream(streamID: string, options?: ZegoWebPlayOption): Promise<MediaStream>;
  setVideoConfig(stream: LocalStream, config: ZegoPublishStreamConfig): Promise<ServerResponse>;
  setAudioConfig(
    stream: LocalStream,
    config: ZegoPublishStreamAudioConfig,
  ): Promise<ServerResponse>;
  /** Of the third argument, which keeps the last picture, nothing follows. */
  mutePublishStreamVideo(stream: LocalStream, mute: boolean, retain?: boolean): boolean;

  checkSystemRequirements(): Promise<Requirements & { readonly result?: boolean }>;
  checkSystemRequirements(
    type: Requirement,
    level?: 0 | 1,
  ): Promise<
    ZegoCapabilityDetection & { readonly result: boolean; readonly errInfo: RequirementErrors }
  >;
  enumDevices(): Promise<ZegoDeviceInfos>;
  getCameras(): Promise<ZegoDeviceInfo[]>;
  getMicrophones(): Promise<ZegoDeviceInfo[]>;
  getSpeakers(): Promise<ZegoDeviceInfo[]>;

  createLocalStreamView(stream: LocalStream): ZegoStreamView;
  createRemoteStreamView(stream: MediaStream): ZegoStreamView;

  /** Does nothing; true. */
  setRoomScenario(scenario: ZegoScenario): boolean;
  /** Does nothing: the room server names the TURN server. */
  setTurnServer(servers: readonly object[]): void;
}

/** What pages ask before they make an engine. */
export declare const WebRTCUtil: {
  /** Tells `success` what `checkSystemRequirements` finds. */
  supportDetection(
    isScreenReady: boolean,
    success: (found: ZegoCapabilityDetection) => void,
    level: 0 | 1,
    type?: Requirement,
  ): Promise<void>;
};
