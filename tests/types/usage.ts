// Compiled only (tsc --strict): an app's use of the public types, and misuse that must not compile.

import {
  type EngineError,
  ExpressEngine,
  init,
  PlayerState,
  PublisherState,
  RoomStateChangedReason,
  ZegoExpressEngine,
} from "holdfast-rtc";
import wasmUrl from "holdfast-rtc/holdfast.wasm";

export async function use(token: string, element: HTMLVideoElement): Promise<void> {
  await init();
  await init(wasmUrl);
  await init(new URL("https://example.com/holdfast_bg.wasm"));
  await init(fetch(wasmUrl));

  const engine: ExpressEngine = new ZegoExpressEngine(1, "https://example.com");
  const version: string = engine.getVersion();
  engine.setEngineConfig("room_retry_time=600;av_retry_time=600");
  engine.setEngineConfig({ roomRetryTime: 600, streamRetryTime: 600 });
  engine.setEngineConfig({ room_retry_time: 600 });

  const added: boolean = engine.on(
    "roomStateChanged",
    (roomID, reason, errorCode, extendedData) => {
      const text: string = roomID + extendedData;
      const code: number = errorCode;
      if (reason === "KICKOUT") console.log(text, code, version);
    },
  );
  engine.once("roomUserUpdate", (_roomID, updateType, users) => {
    if (updateType === "ADD") console.log(users.map((user) => user.userName.length));
  });
  engine.on("roomStreamUpdate", async (_roomID, _updateType, streams, extendedData) => {
    for (const stream of streams) {
      element.srcObject = await engine.startPlayingStream(stream.streamID);
      console.log(stream.user.userID, stream.extraInfo, extendedData);
    }
  });
  const onPublisher = (update: { state: string; errorCode: number }): void => {
    console.log(update.state, update.errorCode, added);
  };
  engine.on("publisherStateUpdate", onPublisher);
  engine.off("publisherStateUpdate", onPublisher);
  engine.off("publisherStateUpdate");
  engine.on("playerStateUpdate", ({ state }) => console.log(state === "NO_PLAY"));

  try {
    const loggedIn: boolean = await engine.loginRoom(
      "lobby",
      token,
      { userID: "ada", userName: "Ada" },
      { userUpdate: true, maxMemberCount: 10 },
    );
    console.log(loggedIn);
  } catch (error) {
    const { code, message, msg, errorCode, extendedData } = error as EngineError;
    console.log(code + errorCode, message + msg + extendedData);
  }

  const camera: MediaStream = await engine.createStream({
    camera: { video: true, audio: false, videoQuality: 4, width: 640, height: 480, frameRate: 20 },
  });
  const screen = await engine.createStream({ screen: true });
  await engine.createStream({ screen: { audio: true } });
  await engine.createStream({ custom: { source: camera } });
  const taken: boolean = engine.startPublishingStream("ada", camera, { videoCodec: "H264" });
  const stopped: boolean = engine.stopPublishingStream("ada");
  console.log(taken, stopped, RoomStateChangedReason.KICK_OUT === 6);
  console.log(PublisherState.PUBLISHING, PlayerState.PLAYING);
  engine.destroyStream(screen);
  engine.stopPlayingStream("ada");
  engine.logoutRoom();
  engine.logoutRoom("lobby");
  engine.destroyEngine();
}

export function misuse(engine: ExpressEngine, stream: MediaStream): void {
  // @ts-expect-error the app's number is not a string
  new ExpressEngine("1", "https://example.com");
  // @ts-expect-error no such event
  engine.on("remoteStreamAdded", () => {});
  // @ts-expect-error no such reason
  engine.on("roomStateChanged", (_roomID, reason) => reason === "CONNECTED");
  // @ts-expect-error no such state
  engine.on("playerStateUpdate", ({ state }) => state === "PUBLISHING");
  // @ts-expect-error a user has an ID
  void engine.loginRoom("lobby", "token", { userName: "Ada" });
  // @ts-expect-error one source, not two
  void engine.createStream({ camera: {}, screen: true });
  // @ts-expect-error no such codec
  engine.startPublishingStream("ada", stream, { videoCodec: "H265" });
  // @ts-expect-error no such setting
  engine.setEngineConfig({ retryTime: 600 });
  // @ts-expect-error the numbers are fixed
  RoomStateChangedReason.LOGINED = 5;
}
