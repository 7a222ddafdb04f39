// Names that apps import beside those of a call.

import type {
  ConstraintExtend,
  SoundLevelDelegateOptions,
  ZegoCamera,
  ZegoCapabilityDetection,
  ZegoDeviceInfos,
  ZegoEvent,
  ZegoLocalViewOptions,
  ZegoPlayerState,
  ZegoPlayStats,
  ZegoPublishStats,
  ZegoPublishStreamConfig,
  ZegoRoomExtraInfo,
  ZegoScreen,
  ZegoSnapshotOptions,
  ZegoSoundLevelInfo,
  ZegoStreamViewOptions,
} from "zego-express-engine-webrtc/sdk/code/zh/ZegoExpressEntity";
import type {
  ZegoBarrageMessageInfo,
  ZegoBroadcastMessageInfo,
  ZegoError,
  ZegoLogConfig,
} from "zego-express-engine-webrtc/sdk/code/zh/ZegoExpressEntity.rtm.d";
import type { ZegoExpressEngine } from "zego-express-engine-webrtc/sdk/code/zh/zego.client.web";
import type { ZegoScenario } from "zego-express-engine-webrtc/sdk/src/common/zego.entity";

export type Listener<Name extends keyof ZegoEvent> = ZegoEvent[Name];

export interface Panel {
  publish: ZegoPublishStats;
  play?: ZegoPlayStats;
  levels: ZegoSoundLevelInfo[];
  state: ZegoPlayerState | null;
  chat: (ZegoBarrageMessageInfo | ZegoBroadcastMessageInfo)[];
  extra: ZegoRoomExtraInfo[];
  scenario: ZegoScenario;
  view: ZegoStreamViewOptions | ZegoLocalViewOptions;
  snapshot: ZegoSnapshotOptions;
  sound: SoundLevelDelegateOptions;
}

const log: ZegoLogConfig = { logLevel: "error", remoteLogLevel: "error", logURL: "" };
const width: ConstraintExtend = { exact: 320 };
const camera: ZegoCamera = { width, height: 240, ANS: true };
const screen: ZegoScreen = { audio: true, bitrate: 1500, sourceID: "1" };
const config: ZegoPublishStreamConfig = { width, maxBitrate: 300 };

export async function watch(zg: ZegoExpressEngine, panel: Panel): Promise<void> {
  zg.setLogConfig(log);
  zg.on("publishQualityUpdate", (_id: string, stats: ZegoPublishStats) => {
    panel.publish = stats;
  });
  zg.on("playQualityUpdate", (_id: string, stats: ZegoPlayStats) => {
    panel.play = stats;
  });
  zg.on("soundLevelUpdate", (levels: ZegoSoundLevelInfo[]) => {
    panel.levels = levels;
  });
  const found: ZegoCapabilityDetection = await zg.checkSystemRequirements();
  const one = await zg.checkSystemRequirements("webRTC");
  const devices: ZegoDeviceInfos = await zg.enumDevices();
  devices.cameras.sort((a, b) => a.deviceName.localeCompare(b.deviceName));
  const stream = await zg.createStream({ camera });
  await zg.createStream({ screen }).catch((error: ZegoError) => console.log(error.code, error.msg));
  await zg.setVideoConfig(stream, config);
  console.log(found.videoCodec?.H264, one.result);
}
