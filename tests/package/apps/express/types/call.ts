// A call as apps write it: their own types are made of those that the compatible SDK has in its
// folders.

import { ZegoExpressEngine } from "zego-express-engine-webrtc";
import type {
  ZegoRoomStateChangedReason,
  ZegoServerResponse,
  ZegoUser,
} from "zego-express-engine-webrtc/sdk/code/zh/ZegoExpressEntity.rtm";
import type {
  ZegoDeviceInfo,
  ZegoLocalStreamConfig,
  ZegoPublisherState,
  ZegoStreamList,
  ZegoWebPlayOption,
  ZegoWebPublishOption,
} from "zego-express-engine-webrtc/sdk/code/zh/ZegoExpressEntity.web";
import type ZegoLocalStream from "zego-express-engine-webrtc/sdk/code/zh/ZegoLocalStream.web";
import type { ZegoStreamView } from "zego-express-engine-webrtc/sdk/code/zh/ZegoStreamView.web";
import type { ZegoStreamOptions } from "zego-express-engine-webrtc/sdk/src/common/zego.entity.web";

interface Store {
  engine: ZegoExpressEngine | null;
  local: ZegoLocalStream | null;
  legacy?: MediaStream;
  views: Map<string, ZegoStreamView>;
  cameras: ZegoDeviceInfo[];
}

const store: Store = { engine: null, local: null, views: new Map(), cameras: [] };
const source: ZegoLocalStreamConfig = {
  screen: false,
  camera: { videoQuality: 4, width: { ideal: 640 }, bitrate: 0, startBitrate: "target" },
};
const options: ZegoStreamOptions = {
  camera: { video: { quality: 2, optimizationMode: "motion" }, audio: true },
  videoBitrate: { startBitrate: "target" },
};
const publishing: ZegoWebPublishOption = { videoCodec: "H264", roomID: "r", enableDTX: true };
const playing: ZegoWebPlayOption = { video: true, resourceMode: 2, jitterBufferTarget: 100 };

export async function join(roomID: string, token: string, user: ZegoUser): Promise<void> {
  const zg = new ZegoExpressEngine("1234", ["wss://rooms.example.com"], { scenario: 7 });
  store.engine = zg;
  zg.on("roomStateChanged", (_room, reason: ZegoRoomStateChangedReason, code, extended) => {
    if (reason === "KICKOUT") console.warn(code, extended);
  });
  zg.on("roomStreamUpdate", async (_room, type: "DELETE" | "ADD", list: ZegoStreamList[]) => {
    for (const { streamID, urlsFLV } of list) {
      if (type === "DELETE") zg.stopPlayingStream(streamID);
      else {
        const view = zg.createRemoteStreamView(await zg.startPlayingStream(streamID, playing));
        view.play("remote", { objectFit: "cover", enableAutoplayDialog: true });
        store.views.set(urlsFLV ?? streamID, view);
      }
    }
  });
  zg.on("publisherStateUpdate", (state: ZegoPublisherState) => console.log(state.streamID));
  zg.on("playerRecvSEI", (streamID, data) => console.log(streamID, data.length));
  const isIn: boolean = await zg.loginRoom(roomID, token, user, { userUpdate: true });
  store.local = await zg.createZegoStream(options);
  store.legacy = await zg.createStream(source);
  store.cameras = await zg.getCameras();
  const response: ZegoServerResponse = await zg.setVideoConfig(store.local, { width: 320 });
  zg.startPublishingStream("stream", store.local, publishing);
  zg.mutePublishStreamVideo(store.local, true, true);
  store.local.playVideo(document.body, { mirror: true });
  console.log(isIn, response.errorCode, ZegoExpressEngine.version);
}

export function leave(): void {
  store.engine?.destroyStream(store.local);
  store.engine?.off("roomStateChanged");
  store.engine?.logoutRoom();
  store.engine?.destroyEngine();
}
