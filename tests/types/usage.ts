// Compiled only (tsc --strict): an app's use of the public types.

import {
  type EngineError,
  type ExpressEngine,
  init,
  type LocalStream,
  PlayerState,
  PublisherState,
  RoomStateChangedReason,
  ZegoExpressEngine,
  type ZegoLocalStream,
  type ZegoStreamView,
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
  await useMessages(engine);
  await useRecovery(engine, token);
  useMutes(engine, new MediaStream());
  await useQuality(engine);

  try {
    const loggedIn: boolean = await engine.loginRoom(
      "lobby",
      token,
      { userID: "ada", userName: "Ada" },
      { userUpdate: true, maxMemberCount: 10, userConnectionUpdate: true },
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

async function useMessages(engine: ExpressEngine): Promise<void> {
  engine.on("IMRecvBroadcastMessage", (_roomID, messages) => {
    for (const { fromUser, message, sendTime, messageID } of messages) {
      const when: Date = new Date(sendTime);
      const number: number = messageID;
      console.log(fromUser.userName, message, when, number);
    }
  });
  engine.on("IMRecvBarrageMessage", (_roomID, [first]) => console.log(first?.messageID.length));
  engine.on("IMRecvCustomCommand", (roomID, fromUser, command) => {
    console.log(roomID + fromUser.userID + command);
  });
  engine.on("roomExtraInfoUpdate", (_roomID, extraInfo) => {
    for (const { key, value, updateUser, updateTime } of extraInfo) {
      console.log(key + value + updateUser.userID, new Date(updateTime));
    }
  });
  engine.on("streamExtraInfoUpdate", (_roomID, streams) => {
    console.log(streams.map(({ streamID, extraInfo }) => streamID + extraInfo));
  });
  engine.on("roomOnlineUserCountUpdate", (_roomID, count) => console.log(count + 1));

  const sent = await engine.sendBroadcastMessage("lobby", "hello");
  const number: number = sent.messageID;
  const barrage = await engine.sendBarrageMessage("lobby", "+1");
  const empty: string = barrage.messageID;
  const { errorCode, extendedData } = await engine.sendCustomCommand("lobby", "mute", ["bo"]);
  console.log(number, empty, errorCode + 0, extendedData.length);
  await engine.setRoomExtraInfo("lobby", "topic", "news");
  await engine.setStreamExtraInfo("ada", "hand up");
}

function useMutes(engine: ExpressEngine, stream: MediaStream): void {
  engine.on("remoteCameraStatusUpdate", (streamID, status) => console.log(streamID, status));
  engine.on("remoteMicStatusUpdate", (_streamID, status) => console.log(status === "MUTE"));
  const muted: boolean = engine.mutePublishStreamVideo(stream, true);
  console.log(muted, engine.mutePublishStreamAudio(stream, false), engine.muteMicrophone(true));
  const isMuted: boolean = engine.isMicrophoneMuted();
  console.log(isMuted);
}

async function useQuality(engine: ExpressEngine): Promise<void> {
  engine.setEngineConfig({ publishQualityInterval: 1000, playQualityInterval: 5000 });
  engine.on("publishQualityUpdate", (_streamID, { video, audio, roundTripTime }) => {
    const kbps: number = video.videoBitrate + audio.audioBitrate;
    console.log(kbps, roundTripTime, video.googCodecName);
  });
  engine.on("playQualityUpdate", (streamID, { video, peerToPeerDelay }) => {
    if (video.videoQuality === 4) console.log(streamID, video.videoRenderFPS, peerToPeerDelay);
  });
  engine.on("networkQuality", (userID, up, down) => console.log(userID, up === -1, down > 2));
  engine.on("soundLevelUpdate", ([first]) => console.log(first?.type === "pull"));
  engine.on("capturedSoundLevelUpdate", (level) => console.log(level + 1));
  engine.setSoundLevelDelegate(true, 500, { enableInBackground: true });
  const muted: boolean = await engine.mutePlayStreamAudio("bo", true);
  console.log(muted, await engine.muteAllPlayVideoStreams(false));
  const stats = engine.getPlayingStreamQuality("bo");
  console.log(stats?.audio.audioJitter, engine.getPublishingStreamQuality("ada")?.roundTripTime);
  engine.setDebugVerbose(engine.setLogConfig({ logLevel: "warn" }));
}

async function useRecovery(engine: ExpressEngine, token: string): Promise<void> {
  engine.on("tokenWillExpire", (roomID) => {
    const renewed: boolean = engine.renewToken(token, roomID);
    console.log(renewed, engine.renewToken(token));
  });
  engine.on(
    "retryUpdate",
    ({ layer, id, cause, attempt, nextAttemptInMs, elapsedMs, windowMs, reason, errorCode }) => {
      const share: number = elapsedMs / windowMs;
      if (reason === "wrong-path") console.log(errorCode);
      if (layer === "room" && cause !== "told") console.log(id, attempt, nextAttemptInMs, share);
    },
  );
  engine.on("remoteUserConnectionUpdate", (_roomID, userID, state) => {
    console.log(userID, state === "RECONNECTING");
  });
  const isMulti: boolean = engine.enableMultiRoom(true);
  if (isMulti) await engine.startPlayingStream("bo", { roomID: "backstage" });
  const switched: boolean = await engine.switchRoom("lobby", "stage", { token, userUpdate: true });
  await engine.startPlayingStream("ada", { follow: true });
  engine.retryNow();
  for (const entry of engine.timeline()) {
    if (entry.state !== undefined) console.log(entry.atMs, entry.state, entry.durationMs ?? 0);
    else console.log(entry.atMs, entry.cause, entry.attempt, switched);
  }
}

export async function useDevices(engine: ExpressEngine, element: HTMLVideoElement): Promise<void> {
  const { cameras, microphones, speakers } = await engine.enumDevices();
  const zego: ZegoLocalStream = await engine.createZegoStream({
    camera: { video: { quality: 3, input: cameras[0]?.deviceID ?? "" }, audio: { AEC: true } },
  });
  zego.on("videoTrackChanged", (track) => console.log(track.kind));
  zego.playVideo(element, { mirror: true, objectFit: "cover" });
  await zego.startCaptureScreen({ quality: 4, width: 1920 });
  engine.startPublishingStream("ada", zego);
  const own: LocalStream = zego.stream;
  const { errorCode } = await engine.useVideoDevice(own, cameras[0]?.deviceID ?? "");
  await engine.useAudioDevice(zego, microphones[0]?.deviceID ?? "");
  const isSet: boolean = await engine.useAudioOutputDevice(element, speakers[0]?.deviceID ?? "");
  await engine.setVideoConfig(zego, { frameRate: 10 });
  await engine.setAudioConfig(zego, { ANS: false });
  await engine.replaceTrack(zego.stream, zego.getVideoTracks()[0] as MediaStreamTrack);
  const view: ZegoStreamView = engine.createRemoteStreamView(zego.stream);
  view.play("stage", { muted: true, clearLastFrame: false });
  view.on("autoplayFailed", () => void view.resume());
  const { videoCodec } = await engine.checkSystemRequirements();
  const { result } = await engine.checkSystemRequirements("camera", 1);
  console.log(errorCode, isSet, videoCodec.H264, result);
  engine.on("audioDeviceStateChanged", (change, way, { deviceName }) => {
    if (change === "ADD" && way === "Output") console.log(deviceName);
  });
  engine.on("screenSharingEnded", (stream) => console.log(stream.id));
  engine.destroyStream(zego);
}
