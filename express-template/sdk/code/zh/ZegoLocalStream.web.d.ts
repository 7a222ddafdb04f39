/**
 * The user's own stream.
 *
 * @packageDocumentation
 */

import type { ZegoLocalStream as Stream } from "../../../types/local_stream.js";
import type { ServerResponse } from "../../../types/messages.js";
import type {
  ZegoCaptureCamera,
  ZegoCaptureMicrophone,
  ZegoCaptureScreenAudio,
  ZegoCaptureScreenVideo,
  ZegoCustomAudio,
  ZegoCustomVideo,
} from "../../src/common/zego.entity.web.js";
import type { ZegoSnapshotOptions } from "./ZegoExpressEntity.web.js";

/** The user's own stream, made by `createZegoStream`. */
export default interface ZegoLocalStream extends Stream {
  startCaptureCamera(options?: ZegoCaptureCamera): Promise<ServerResponse>;
  startCaptureMicrophone(options?: ZegoCaptureMicrophone): Promise<ServerResponse>;
  startCaptureCameraAndMicrophone(
    camera?: ZegoCaptureCamera,
    microphone?: ZegoCaptureMicrophone,
  ): Promise<ServerResponse>;
  startCaptureScreen(options?: ZegoCaptureScreenVideo): Promise<ServerResponse>;
  startCaptureScreenWithAudio(
    video?: ZegoCaptureScreenVideo,
    audio?: ZegoCaptureScreenAudio,
  ): Promise<ServerResponse>;
  startCaptureCustomVideo(options: ZegoCustomVideo): Promise<ServerResponse>;
  startCaptureCustomAudio(options: ZegoCustomAudio): Promise<ServerResponse>;
  startCaptureCustomVideoAndAudio(
    video: ZegoCustomVideo,
    audio: ZegoCustomAudio,
  ): Promise<ServerResponse>;
  takeStreamSnapshot(options?: ZegoSnapshotOptions): string;
}
