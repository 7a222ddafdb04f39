// The names that the types' examples use: a page, a room and its devices, and a test's world.

import type { DeviceInfo, ExpressEngine, ZegoLocalStream, ZegoStreamView } from "holdfast-rtc";
import type { TestUser, World } from "holdfast-rtc/testing";

declare global {
  const engine: ExpressEngine;
  const token: string;
  const stream: ZegoLocalStream;
  const camera: MediaStream;
  const played: MediaStream;
  const view: ZegoStreamView;
  const track: MediaStreamTrack;
  const canvasTrack: MediaStreamTrack;
  const microphoneTrack: MediaStreamTrack;

  const cameras: DeviceInfo[];
  const microphones: DeviceInfo[];
  const speakers: DeviceInfo[];

  const video: HTMLVideoElement;
  const audio: HTMLAudioElement;
  const canvas: HTMLCanvasElement;
  const image: HTMLImageElement;
  const button: HTMLButtonElement;
  const icon: HTMLElement;
  const banner: HTMLElement;
  const container: HTMLElement;

  const world: World;
  const bob: TestUser;
  const vi: { mock(name: string, make: () => Promise<unknown>): void };
  const act: (steps: () => Promise<void>) => Promise<void>;
}
