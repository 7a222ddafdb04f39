/**
 * What can be captured into a local stream, under the compatible SDK's names.
 *
 * @packageDocumentation
 */

import type {
  CaptureCameraOptions,
  CaptureMicrophoneOptions,
  ZegoStreamOptions as Options,
} from "../../../types/local_stream.js";

/** A number as the browser takes it in constraints. */
export interface ConstraintExtend {
  exact?: number;
  ideal?: number;
  max?: number;
  min?: number;
}

/** The picture of a camera or a screen. */
interface Picture extends Omit<CaptureCameraOptions, "width" | "height" | "frameRate"> {
  width?: number | ConstraintExtend;
  height?: number | ConstraintExtend;
  frameRate?: number | ConstraintExtend;
  /** Does nothing. */
  optimizationMode?: "default" | "motion" | "detail";
  /** Does nothing. */
  keyFrameInterval?: number;
}

export type ZegoCaptureCamera = Picture;
export type ZegoCaptureMicrophone = CaptureMicrophoneOptions;

/** What to capture of a screen. */
export interface ZegoCaptureScreenVideo extends Omit<Picture, "input" | "facingMode"> {
  /** Does nothing: the user chooses what is shared. */
  sourceID?: string;
  /** Does nothing. */
  captureElement?: HTMLElement;
}

/** The sound of what is shared; the browser processes it as it likes. */
export type ZegoCaptureScreenAudio = Omit<CaptureMicrophoneOptions, "input" | "channelCount">;

/** The app's own video. */
export interface ZegoCustomVideo {
  source: HTMLMediaElement | MediaStream;
  /** Does nothing. */
  optimizationMode?: "default" | "motion" | "detail";
  /** Does nothing. */
  keyFrameInterval?: number;
}

/** The app's own audio. */
export interface ZegoCustomAudio {
  source: HTMLMediaElement | MediaStream;
  /** Does nothing. */
  channelCount?: 1 | 2;
}

/** What `createZegoStream` begins with. */
export interface ZegoStreamOptions
  extends Omit<Options, "videoBitrate" | "camera" | "screen" | "custom"> {
  /** Does nothing: a stream may be shown in any number of places. */
  multiplacePreview?: boolean;
  /** Of the object only `bitrate` counts. */
  videoBitrate?:
    | number
    | { bitrate?: number; startBitrate?: "default" | "target"; minBitrate?: number };
  camera?: { video?: boolean | ZegoCaptureCamera; audio?: boolean | ZegoCaptureMicrophone };
  screen?: { video?: boolean | ZegoCaptureScreenVideo; audio?: boolean | ZegoCaptureScreenAudio };
  custom?: { video?: ZegoCustomVideo; audio?: ZegoCustomAudio };
}

/** What is wrong with a stream, as `exceptionUpdate` tells it. */
export interface ExceptionData {
  code: number;
  message: string;
}

export type { QualityGrade } from "../../../types/quality.js";
