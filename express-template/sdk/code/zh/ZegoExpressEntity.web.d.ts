/**
 * Types of streams, devices and quality under the compatible SDK's names. Those that are enums
 * there are unions here: neither package has the enums at run time.
 *
 * @packageDocumentation
 */

import type { CameraOptions, CustomOptions } from "../../../types/capture.js";
import type { Requirement } from "../../../types/devices.js";
import type { EngineEvents } from "../../../types/events.js";
import type { LocalStreamEvents } from "../../../types/local_stream.js";
import type * as quality from "../../../types/quality.js";
import type { RoomStream } from "../../../types/rooms.js";
import type {
  PlayerStateName,
  PlayOptions,
  PublisherStateName,
  PublishOptions,
  StreamStateUpdate,
} from "../../../types/streams.js";
import type { ConstraintExtend, ExceptionData } from "../../src/common/zego.entity.web.js";
import type { ZegoRoomRecvTransparentMessage, ZegoRTMEvent } from "./ZegoExpressEntity.rtm.js";

export type { ConstraintExtend } from "../../src/common/zego.entity.web.js";
export type { ZegoServerResponse } from "./ZegoExpressEntity.rtm.js";

// Capturing.

/** Settings of the encoder that the browser decides here. */
interface EncoderOptions {
  /** Does nothing. */
  startBitrate?: "default" | "target";
  /** Does nothing. */
  minBitrate?: number;
  /** Does nothing. */
  videoOptimizationMode?: "default" | "motion" | "detail";
  /** Does nothing. */
  keyFrameInterval?: number;
}

/** The size and the rate of a picture. */
interface PictureSize {
  width?: number | ConstraintExtend;
  height?: number | ConstraintExtend;
  frameRate?: number | ConstraintExtend;
}

/** What to capture from a camera and a microphone. */
export interface ZegoCamera
  extends Omit<CameraOptions, keyof PictureSize>,
    PictureSize,
    EncoderOptions {
  channelCount?: 1 | 2;
}

/** What to capture of a screen. */
export interface ZegoScreen extends PictureSize, EncoderOptions, ZegoPublishStreamAudioConfig {
  audio?: boolean;
  videoQuality?: 1 | 2 | 3 | 4;
  bitrate?: number;
  /** Does nothing. */
  bitRate?: number;
  /** Does nothing: the user chooses what is shared. */
  sourceID?: string;
}

/** The app's own video and audio. */
export interface ZegoCustom extends CustomOptions, EncoderOptions {
  channelCount?: number;
}

/** What `createStream` makes a stream of. */
export interface ZegoLocalStreamConfig {
  camera?: boolean | ZegoCamera;
  screen?: boolean | ZegoScreen;
  custom?: ZegoCustom;
}

/** How a camera captures. */
export interface ZegoPublishStreamConfig extends PictureSize {
  maxBitrate?: number;
  videoQuality?: number;
}

/** How a microphone's audio is processed. */
export interface ZegoPublishStreamAudioConfig {
  ANS?: boolean;
  AGC?: boolean;
  AEC?: boolean;
}

// Publishing and playing.

/** How to publish a stream. All but `videoCodec`, `extraInfo` and `roomID` does nothing. */
export interface ZegoWebPublishOption extends Omit<PublishOptions, "videoCodec"> {
  videoCodec?: "VP8" | "H264" | "H265";
  roomID?: string;
  streamParams?: string;
  isSEIStart?: boolean;
  SEIType?: ZegoSEIType;
  enableDTX?: boolean;
  inspectFlag?: ZegoInspectFlagType;
  trafficControlFocusOnMode?: TrafficControlFocusOnMode;
  trafficControlMinVideoBitrate?: number;
  trafficControlMinVideoMode?: TrafficControlMinVideoBitrateMode;
  enableTrafficControl?: boolean;
  enableAutoSwitchVideoCodec?: boolean;
  forceSynchronousNetworkTime?: 0 | 1;
}

type ResourceMode = 0 | 1 | 2 | 5;

/** From where a stream is played; does nothing here. */
export interface ZegoCustomPlayerResourceConfig {
  beforePublish: ResourceMode;
  publishing: ResourceMode;
  afterPublish: ResourceMode;
}

/** How to play a stream. All but `video` and `audio` does nothing. */
export interface ZegoWebPlayOption extends PlayOptions {
  streamParams?: string;
  resourceMode?: ResourceMode;
  isSEIStart?: boolean;
  streamType?: 0 | 1 | 2;
  CDNPlayer?: unknown;
  CDNVideo?: HTMLVideoElement;
  playoutDelayHint?: number;
  jitterBufferTarget?: number;
  enableLowLatency?: boolean;
  customResourceConfig?: ZegoCustomPlayerResourceConfig;
  codecTemplateID?: number;
  adaptiveSwitch?: boolean;
  adaptiveTemplateIDList?: number[];
  transcodeOnDecodeFail?: boolean;
  posterType?: 0 | 1 | 2;
}

/** A stream in a room. There is no CDN here, so there are no URLs. */
export interface ZegoStreamList extends RoomStream {
  urlsFLV?: string;
  urlsRTMP?: string;
  urlsHLS?: string;
  urlsHttpsFLV?: string;
  urlsHttpsHLS?: string;
}

export type ZegoPublisherState = StreamStateUpdate<PublisherStateName>;
export type ZegoPlayerState = StreamStateUpdate<PlayerStateName>;

/** Which kinds of a stream changed: 0 video, 1 audio, 2 both. */
export type ZegoStreamUpdateType = 0 | 1 | 2;
/** 0 default, 2 VP8, 4 H265. */
export type ZegoVideoCodecID = 0 | 2 | 4;
/** 0: the stream may be looked at by moderators; does nothing here. */
export type ZegoInspectFlagType = 0 | 1;
/** 0: the bitrate follows this side's network, 1: and the other's. */
export type TrafficControlFocusOnMode = 0 | 1;
/** 0: no video below the least bitrate. */
export type TrafficControlMinVideoBitrateMode = 0;
/** 0: this SDK's own kind, 1: none. */
export type ZegoSEIType = 0 | 1;
/** Where servers may be: 0 anywhere, 1 in the list, 2 outside of it. */
export type ZegoGeoFenceType = 0 | 1 | 2;
/** 0 off, 1 on. */
export type ZegoLowlightEnhancementMode = 0 | 1;
/** 0: people. */
export type Segmentation = 0;

// Views.

/** How a stream is shown. */
export interface ZegoStreamViewOptions extends ZegoLocalViewOptions {
  muted?: boolean;
}

/** How a local stream is shown. */
export interface ZegoLocalViewOptions extends ZegoLocalAduioOptions {
  mirror?: boolean;
  objectFit?: "cover" | "contain" | "fill";
  clearLastFrame?: boolean;
}

/** How a local stream is heard. The name is spelt as apps import it. */
export interface ZegoLocalAduioOptions {
  enableAutoplayDialog?: boolean;
}

/** How a picture is taken of a stream. */
export interface ZegoSnapshotOptions {
  /** `"png"` or `"jpeg"`. */
  imageType?: string;
  quality?: number;
  save?: boolean;
  fileName?: string;
}

export type ZegoLocalStreamEvent = LocalStreamEvents;

// Devices.

/** A device. */
export interface ZegoDeviceInfo {
  deviceName: string;
  deviceID: string;
}

/** All devices. */
export interface ZegoDeviceInfos {
  microphones: ZegoDeviceInfo[];
  speakers: ZegoDeviceInfo[];
  cameras: ZegoDeviceInfo[];
}

/** Which kinds of device are replaced by themselves. */
export interface ZegoAutoSwitchDeviceConfig {
  camera?: boolean;
  microphone?: boolean;
}

/** Which codecs the browser has. */
export interface ZegoVideoCodec {
  H264: boolean;
  VP8: boolean;
  H265: boolean;
}

/** Why something is not there. */
export interface ZegoCapabilityError {
  name?: string;
  message?: string;
}

/** Why things are not there. */
export interface ZegoCapabilityErrorInfo {
  webRTC?: ZegoCapabilityError;
  customCapture?: ZegoCapabilityError;
  camera?: ZegoCapabilityError;
  microphone?: ZegoCapabilityError;
  /** Never set here. */
  extendedDate?: string;
}

/** What this browser can do. */
export interface ZegoCapabilityDetection {
  webRTC?: boolean;
  customCapture?: boolean;
  camera?: boolean;
  microphone?: boolean;
  screenSharing?: boolean;
  videoCodec?: ZegoVideoCodec;
  errInfo: ZegoCapabilityErrorInfo;
  /** If one thing was asked for: whether it is there. */
  result?: boolean;
}

/** What `checkSystemRequirements` can check. */
export type ZegoCheckSingleType = { [Name in Requirement]: Name };

// Quality and sound.

/** Figures of sent video. */
export interface ZegoPublishVideoStats extends quality.VideoStats {
  /** Never set here. */
  isHardwareEncode?: boolean;
}

/** Figures of sent audio. */
export interface ZegoPublishAudioStats extends quality.PublishAudioStats {
  /** Never set here. */
  googCodecName?: string;
}

/** The figures of `publishQualityUpdate`. */
export interface ZegoPublishStats {
  readonly video: ZegoPublishVideoStats;
  readonly audio: ZegoPublishAudioStats;
}

/** Figures of received video. */
export interface ZegoPlayVideoStats extends quality.PlayVideoStats {
  /** Never set here. */
  videoCumulativeDecodeTime?: number;
  /** Never set here. */
  videoCumulativeBreakRate?: number;
}

/** Figures of received audio. */
export interface ZegoPlayAudioStats extends quality.PlayAudioStats {
  /** Never set here. */
  googCodecName?: string;
  /** Never set here. */
  audioLevel?: number;
  /** Never set here. */
  audioSamplingRate?: number;
  /** Never set here. */
  audioSendLevel?: number;
  /** Never set here. */
  audioCumulativeDecodeTime?: number;
  /** Never set here. */
  audioCumulativeBreakTime?: number;
  /** Never set here. */
  audioCumulativeBreakRate?: number;
}

/** The figures of `playQualityUpdate`. */
export interface ZegoPlayStats {
  readonly video: ZegoPlayVideoStats;
  readonly audio: ZegoPlayAudioStats;
  readonly peerToPeerDelay: number | undefined;
  readonly peerToPeerPacketLostRate: number | undefined;
}

export type ZegoSoundLevelInfo = quality.SoundLevel;
export type SoundLevelDelegateOptions = quality.SoundLevelOptions;

// Events.

/** The events of streams and devices. */
export type ZegoRTCEvent = Omit<EngineEvents, keyof ZegoRTMEvent>;

/**
 * Events that apps listen to and that are never told here, as far as {@link EngineEvents} does not
 * have them: what they tell of is not there.
 */
export interface NeverTold {
  hallStateUpdate: (state: string, errorCode: number, extendedData: string) => void;
  recvRoomTransparentMessage: (roomID: string, message: ZegoRoomRecvTransparentMessage) => void;
  recvExperimentalAPI: (content: Record<string, unknown>) => void;
  exceptionUpdate: (streamID: string, exception: ExceptionData) => void;
  playerRecvSEI: (streamID: string, data: Uint8Array) => void;
  publisherVideoEncoderChanged: PublisherVideoEncoderChangedCallBack;
  beautyEffectError: (stream: MediaStream, errorCode: number, extendedData: string) => void;
  backgroundEffectError: (stream: MediaStream, errorCode: number, extendedData: string) => void;
  mixerSoundLevelUpdate: (soundLevels: Map<number, number>) => void;
  autoMixerSoundLevelUpdate: (soundLevels: Map<string, number>) => void;
  mixerRelayCDNStateUpdate: (taskID: string, infoList: object[]) => void;
}

/** A listener of `publisherVideoEncoderChanged`. */
export type PublisherVideoEncoderChangedCallBack = (
  fromCodecID: ZegoVideoCodecID,
  toCodecID: ZegoVideoCodecID,
  streamID: string,
) => void;

/** All events. */
export type ZegoEvent = EngineEvents & Omit<NeverTold, keyof EngineEvents>;
