// Compiled only (tsc --strict): misuse of streams and views that must not compile, each method at least once.

import type { ZegoLocalStream, ZegoStreamView } from "holdfast-rtc";

export function misuseView(view: ZegoStreamView): void {
  // @ts-expect-error no such fit
  view.play("stage", { objectFit: "zoom" });
  // @ts-expect-error there is nothing to choose
  view.stop("stage");
  // @ts-expect-error a container is needed
  view.playVideo();
  // @ts-expect-error there is nothing to choose
  view.stopVideo(true);
  // @ts-expect-error sound needs no container
  view.playAudio("stage");
  // @ts-expect-error there is nothing to choose
  view.stopAudio(true);
  // @ts-expect-error it ends later
  view.resume() === true;
  // @ts-expect-error on or off
  view.setAudioMuted("on");
  // @ts-expect-error on or off
  view.setVideoMuted();
  // @ts-expect-error a volume is a number
  view.setVolume("50");
  // @ts-expect-error the device is named by its ID
  void view.useAudioOutputDevice({ deviceID: "speaker" });
  // @ts-expect-error pixels are a number
  view.getVideoWidth() === "640px";
  // @ts-expect-error pixels are a number
  view.getVideoHeight() === "480px";
  // @ts-expect-error no such type
  view.takeStreamSnapshot({ imageType: "gif" });
  // @ts-expect-error no such event
  view.on("play", () => {});
  // @ts-expect-error no such event
  view.off("play");
}

export function misuseLocal(local: ZegoLocalStream): void {
  // @ts-expect-error tracks of all kinds
  local.getTracks("video");
  // @ts-expect-error a list
  local.getAudioTracks().kind;
  // @ts-expect-error a list
  local.getVideoTracks().kind;
  // @ts-expect-error no such quality
  void local.startCaptureCamera({ quality: 5 });
  // @ts-expect-error no more channels
  void local.startCaptureMicrophone({ channelCount: 6 });
  // @ts-expect-error the microphone's options come second
  void local.startCaptureCameraAndMicrophone({ ANS: true });
  // @ts-expect-error the user chooses the screen
  void local.startCaptureScreen({ input: "window" });
  // @ts-expect-error no such sound
  void local.startCaptureScreenWithAudio({}, "tab");
  // @ts-expect-error a stream, not a track's name
  void local.startCaptureCustomVideo({ source: "canvas" });
  // @ts-expect-error a source is needed
  void local.startCaptureCustomAudio();
  // @ts-expect-error two sources
  void local.startCaptureCustomVideoAndAudio({ source: local.stream });
  // @ts-expect-error it ends later
  local.stopCaptureVideo() === true;
  // @ts-expect-error it ends later
  local.stopCaptureAudio() === true;
  // @ts-expect-error an element, not its ID
  local.playVideo("stage");
  // @ts-expect-error sound needs no container
  local.playAudio("stage");
  // @ts-expect-error there is nothing to choose
  local.stopVideo(true);
  // @ts-expect-error there is nothing to choose
  local.stopAudio(true);
  // @ts-expect-error it ends later
  local.resumeVideo() === true;
  // @ts-expect-error it ends later
  local.resumeAudio() === true;
  // @ts-expect-error an element, not its ID
  local.playCaptureVideo("stage");
  // @ts-expect-error sound needs no container
  local.playCaptureAudio("stage");
  // @ts-expect-error there is nothing to choose
  local.stopPlayCaptureVideo(true);
  // @ts-expect-error there is nothing to choose
  local.stopPlayCaptureAudio(true);
  // @ts-expect-error a volume is a number
  local.setVolume("50");
  // @ts-expect-error the device is named by its ID
  void local.useAudioOutputDevice(5);
  // @ts-expect-error no such option
  local.takeStreamSnapshot({ size: 100 });
  // @ts-expect-error no such event
  local.on("trackChanged", () => {});
  // @ts-expect-error no such event
  local.off("trackChanged");
}
