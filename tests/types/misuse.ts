// Compiled only (tsc --strict): misuse of the engine that must not compile, each method at least once.

import { ExpressEngine, RoomStateChangedReason } from "holdfast-rtc";

export function misuseValues(): void {
  // @ts-expect-error the app's number is not a string
  new ExpressEngine("1", "https://example.com");
  // @ts-expect-error the numbers are fixed
  RoomStateChangedReason.LOGINED = 5;
}

export function misuseRooms(engine: ExpressEngine): void {
  // @ts-expect-error no such event
  engine.on("remoteStreamAdded", () => {});
  // @ts-expect-error no such reason
  engine.on("roomStateChanged", (_roomID, reason) => reason === "CONNECTED");
  // @ts-expect-error no such state
  engine.on("playerStateUpdate", ({ state }) => state === "PUBLISHING");
  // @ts-expect-error no such cause
  engine.on("retryUpdate", ({ cause }) => cause === "timeout");
  // @ts-expect-error barrage messages are numbered in text
  engine.on("IMRecvBarrageMessage", (_roomID, [first]) => first?.messageID === 7);
  // @ts-expect-error no such status
  engine.on("remoteMicStatusUpdate", (_streamID, status) => status === "CLOSED");
  // @ts-expect-error no such grade
  engine.on("networkQuality", (_userID, up) => up === 5);
  // @ts-expect-error what is published has no delay between peers
  engine.on("publishQualityUpdate", (_streamID, stats) => stats.peerToPeerDelay);
  // @ts-expect-error a count is a number
  engine.once("roomOnlineUserCountUpdate", (_roomID, count: string) => count);
  // @ts-expect-error listeners are functions
  engine.off("tokenWillExpire", "all");
  // @ts-expect-error a user has an ID
  void engine.loginRoom("lobby", "token", { userName: "Ada" });
  // @ts-expect-error on or off
  engine.enableMultiRoom("yes");
  // @ts-expect-error one room, not a list
  engine.logoutRoom(["lobby"]);
  // @ts-expect-error a token is needed
  void engine.switchRoom("lobby", "stage", { userUpdate: true });
  // @ts-expect-error the token comes first
  engine.renewToken(undefined, "lobby");
  // @ts-expect-error the room comes first
  void engine.sendBroadcastMessage("hello");
  // @ts-expect-error a message is text
  void engine.sendBarrageMessage("lobby", { text: "+1" });
  // @ts-expect-error the users are a list
  void engine.sendCustomCommand("lobby", "mute", "bo");
  // @ts-expect-error a value is text
  void engine.setRoomExtraInfo("lobby", "topic", 5);
  // @ts-expect-error the extra info is text
  void engine.setStreamExtraInfo("ada", null);
  // @ts-expect-error no such setting
  engine.setEngineConfig({ retryTime: 600 });
  // @ts-expect-error no such level
  engine.setLogConfig({ logLevel: "verbose" });
  // @ts-expect-error on or off
  engine.setDebugVerbose("all");
  // @ts-expect-error the version is text
  engine.getVersion() > 1;
  // @ts-expect-error a try has no state
  engine.timeline().map((entry) => entry.cause !== undefined && entry.state.length);
  // @ts-expect-error all that waits is tried
  engine.retryNow("lobby");
  // @ts-expect-error only `holdfast-rtc/dev` has it
  engine.simulate("trace");
  // @ts-expect-error there is nothing to choose
  engine.destroyEngine(true);
}

export function misuseStreams(engine: ExpressEngine, stream: MediaStream): void {
  // @ts-expect-error one source, not two
  void engine.createStream({ camera: {}, screen: true });
  // @ts-expect-error no such quality
  void engine.createZegoStream({ camera: { video: { quality: 5 } } });
  // @ts-expect-error a stream, not its ID
  engine.destroyStream("ada");
  // @ts-expect-error no such codec
  engine.startPublishingStream("ada", stream, { videoCodec: "H265" });
  // @ts-expect-error one stream
  engine.stopPublishingStream();
  // @ts-expect-error no such option
  void engine.startPlayingStream("ada", { followed: true });
  // @ts-expect-error an ID, not the stream
  engine.stopPlayingStream(stream);
  // @ts-expect-error no such part
  void engine.updatePublishingStream(stream, 3);
  // @ts-expect-error a rate is a number
  void engine.setVideoConfig(stream, { frameRate: "15" });
  // @ts-expect-error on or off
  void engine.setAudioConfig(stream, { ANS: 1 });
  // @ts-expect-error a stream, not its ID
  void engine.setCaptureVolume("ada", 50);
  // @ts-expect-error a track, not a stream
  void engine.replaceTrack(stream, stream);
  // @ts-expect-error a track is needed
  void engine.addTrack(stream);
  // @ts-expect-error a track, not its kind
  void engine.removeTrack(stream, "video");
  // @ts-expect-error a stream, not its ID
  void engine.checkVideoTrackIsActive("ada");
  // @ts-expect-error the answer comes later
  if (engine.checkAudioTrackIsActive(stream) === true) return;
  // @ts-expect-error a stream, not its ID
  engine.mutePublishStreamVideo("ada", true);
  // @ts-expect-error a stream is muted by itself, not by its ID
  engine.mutePublishStreamAudio("ada", true);
  // @ts-expect-error on or off
  engine.muteMicrophone("on");
  // @ts-expect-error all streams, not one
  engine.isMicrophoneMuted(stream);
  // @ts-expect-error an ID, not the stream
  void engine.mutePlayStreamVideo(stream, true);
  // @ts-expect-error on or off
  void engine.mutePlayStreamAudio("ada");
  // @ts-expect-error all streams, not one
  void engine.muteAllPlayVideoStreams("ada", true);
  // @ts-expect-error on or off
  void engine.muteAllPlayAudioStreams();
  // @ts-expect-error there may be none yet
  engine.getPublishingStreamQuality("ada").video;
  // @ts-expect-error what is played has no round trip of its own
  engine.getPlayingStreamQuality("ada")?.roundTripTime;
  // @ts-expect-error an interval is a number
  engine.setSoundLevelDelegate(true, "500");
}

export function misuseDevices(engine: ExpressEngine, stream: MediaStream): void {
  // @ts-expect-error no such fit
  engine.createLocalStreamView(stream).play("stage", { objectFit: "zoom" });
  // @ts-expect-error a stream, not its ID
  engine.createRemoteStreamView("ada");
  // @ts-expect-error no such requirement
  void engine.checkSystemRequirements("telepathy");
  // @ts-expect-error no such list
  void engine.enumDevices().then(({ printers }) => printers);
  // @ts-expect-error no kinds to choose from
  void engine.getCameras("front");
  // @ts-expect-error a device has no such key
  void engine.getMicrophones().then(([first]) => first?.label);
  // @ts-expect-error the list comes later
  engine.getSpeakers().length;
  // @ts-expect-error the device is named by its ID
  void engine.useVideoDevice(stream, { deviceID: "front" });
  // @ts-expect-error a device is needed
  void engine.useAudioDevice(stream);
  // @ts-expect-error front or not
  void engine.useFrontCamera(stream, "user");
  // @ts-expect-error an element, not its ID
  void engine.useAudioOutputDevice("stage", "speaker");
  // @ts-expect-error on or off
  void engine.enableVideoCaptureDevice(stream, "off");
}
