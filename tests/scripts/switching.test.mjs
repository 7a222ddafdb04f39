// Streams whose devices are switched, refused, switched off and ended while others open: which
// devices are sent in the end, which are left on, and how the calls settle.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as settings from "../../pkg-template/settings.js";
import * as streams from "../../pkg-template/streams.js";
import * as tracks from "../../pkg-template/tracks.js";
import * as volumes from "../../pkg-template/volume.js";
import { aHost, Sender, Stream, standIn, Track } from "./stand_ins.mjs";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const settled = () => new Promise(setImmediate);

/** Devices that open at once or when the test lets them. Records which were opened, and how. */
class Devices {
  asked = [];
  opened = [];
  /** The IDs of refused devices, each with the name of its error. */
  refused = new Map();
  #waiting = [];
  isSlow = false;

  getUserMedia(constraints) {
    this.asked.push(constraints);
    const open = () => {
      const tracks = [];
      for (const kind of ["audio", "video"]) {
        const wanted = constraints[kind];
        if (!wanted) continue;
        const refusal = this.refusal(kind, wanted.deviceId?.exact);
        if (refusal) {
          for (const track of tracks) track.stop();
          throw new DOMException("", refusal);
        }
        const track = new Track(kind, wanted === true ? {} : wanted);
        this.opened.push(track);
        tracks.push(track);
      }
      return new Stream(tracks);
    };
    if (!this.isSlow) return (async () => open())();
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(open());
        } catch (error) {
          reject(error);
        }
      });
    });
  }
  refusal(_kind, deviceId) {
    return this.refused.get(deviceId);
  }
  async getDisplayMedia({ audio }) {
    const kinds = audio ? ["video", "audio"] : ["video"];
    return new Stream(kinds.map((kind) => new Track(kind, {}, "screen")));
  }
  /** Opens the pending request at this place in the queue. */
  async let(place = 0) {
    await settled();
    this.#waiting.splice(place, 1)[0]();
    await settled();
  }
  get live() {
    return this.opened.filter(({ readyState }) => readyState === "live").map(({ label }) => label);
  }
}

/** Devices that open one camera at a time; it is free again some ms after it was stopped. */
class OneAtATime extends Devices {
  releaseMs = 0;
  #isBusy = false;
  refusal(kind, deviceId) {
    const named = super.refusal(kind, deviceId);
    if (named || kind !== "video") return named;
    if (this.#isBusy) return "NotReadableError";
    this.#isBusy = true;
  }
  getUserMedia(constraints) {
    const opening = super.getUserMedia(constraints);
    opening.then(
      (stream) => {
        for (const track of stream.getVideoTracks()) {
          track.onstop = () =>
            setTimeout(() => {
              this.#isBusy = false;
            }, this.releaseMs);
        }
      },
      () => {},
    );
    return opening;
  }
}

/** Ada's stream of a camera and a microphone, being published. */
async function onAir(devices = new Devices()) {
  standIn(devices);
  const host = aHost();
  const stream = await streams.createStream(host);
  host.published.set("s", stream);
  host.senders = stream.getTracks().map((track) => new Sender(track));
  const sent = () => host.senders.map(({ track }) => track?.label);
  return { host, stream, devices, sent };
}

const codeOf = (promise) =>
  promise.then(
    () => 0,
    ({ code }) => code,
  );

for (const [method, kind, id] of [
  ["useVideoDevice", "video", 1],
  ["useAudioDevice", "audio", 0],
]) {
  test(`pub_09 ${method} of a device in use leaves the one that works`, async () => {
    const { host, stream, devices, sent } = await onAir();
    const [before] = stream.getTracks().filter((track) => track.kind === kind);
    devices.refused.set("busy", "NotReadableError");
    assert.equal(await codeOf(settings.useDevice(host, stream, kind, "busy")), 1103065);
    const [now] = stream.getTracks().filter((track) => track.kind === kind);
    assert.notEqual(now, before, "it was stopped for the other");
    assert.deepEqual([now.readyState, now.getSettings()], ["live", { deviceId: "default" }]);
    assert.equal(sent()[id], now.label);
    assert.equal(devices.live.length, 2, "and the other kind goes on");
    assert.deepEqual(host.told, []);
  });
}

test("pub_09 a device that is free a while after its stop is waited for", async () => {
  const { host, stream, devices, sent } = await onAir(new OneAtATime());
  devices.releaseMs = 150;
  await settings.useDevice(host, stream, "video", "back");
  assert.deepEqual(sent(), ["audio default", "video back"]);
  assert.deepEqual(devices.live, ["audio default", "video back"]);
});

test("pub_09 what is refused for other reasons stops nothing, and is not asked for again", async () => {
  for (const [name, code] of [
    ["NotAllowedError", 1103064],
    ["OverconstrainedError", 1103066],
    ["NotFoundError", 1103048],
  ]) {
    const { host, stream, devices } = await onAir();
    const before = stream.getTracks();
    devices.refused.set("other", name);
    assert.equal(await codeOf(settings.useDevice(host, stream, "video", "other")), code);
    assert.deepEqual(stream.getTracks(), before);
    assert.equal(devices.live.length, 2);
    assert.equal(devices.asked.length, 2);
  }
});

test("pub_09 all that switches a device goes back to the one that works", async () => {
  const switches = [
    (host, stream) => settings.useFrontCamera(host, stream, true),
    (host, stream) => settings.setAudioConfig(host, stream, { ANS: true }),
    (_host, _stream, zego) => zego.startCaptureCamera({ quality: 3 }),
    (_host, _stream, zego) => zego.startCaptureMicrophone({ AEC: true }),
    (_host, _stream, zego) => zego.startCaptureCameraAndMicrophone({}, {}),
  ];
  for (const change of switches) {
    const devices = new Devices();
    standIn(devices);
    const host = aHost();
    const zego = await streams.createZegoStream(host);
    // The device that was open is opened again by its ID; the requested one is in use.
    devices.refused.set(undefined, "NotReadableError");
    assert.equal(await codeOf(change(host, zego.stream, zego)), 1103065, String(change));
    assert.deepEqual(devices.live.sort(), ["audio default", "video default"], String(change));
    assert.ok(zego.getTracks().every(({ readyState }) => readyState === "live"));
  }
});

test("pub_09 a screen is never stopped for a camera in use", async () => {
  const devices = new Devices();
  standIn(devices);
  const host = aHost();
  const zego = await streams.createZegoStream(host, { screen: {} });
  const [screen] = zego.getVideoTracks();
  devices.refused.set(undefined, "NotReadableError");
  assert.equal(await codeOf(zego.startCaptureCamera({})), 1103065);
  assert.deepEqual([zego.getVideoTracks(), screen.readyState], [[screen], "live"]);
});

test("pub_09 a camera that cannot be opened anew is told as lost", async () => {
  const { host, stream, devices } = await onAir();
  devices.refused.set("busy", "NotReadableError").set("default", "NotFoundError");
  assert.equal(await codeOf(settings.useDevice(host, stream, "video", "busy")), 1103065);
  assert.deepEqual(host.told, [["deviceError", [1106010, "video default"]]]);
});

test("pub_09 a camera that was switched off is not opened by a failing switch", async () => {
  const { host, stream, devices } = await onAir();
  await settings.enableCamera(host, stream, false);
  devices.refused.set("busy", "NotReadableError");
  assert.equal(await codeOf(settings.useDevice(host, stream, "video", "busy")), 1103065);
  assert.deepEqual(devices.live, ["audio default"]);
});

for (const make of [
  async (host) => {
    const stream = await streams.createStream(host, { screen: { audio: true } });
    await settings.useDevice(host, stream, "audio", "headset");
    return [stream, stream];
  },
  async (host) => {
    const zego = await streams.createZegoStream(host, { camera: {} });
    await zego.startCaptureScreen();
    return [zego, zego.stream];
  },
]) {
  test("pub_09 a screen that is no longer shared ends its own sound, and no microphone", async () => {
    standIn(new Devices());
    const host = aHost();
    const [stream, media] = await make(host);
    const [screen] = media.getVideoTracks();
    const [microphone] = media.getAudioTracks();
    screen.end();
    assert.deepEqual([screen.readyState, microphone.readyState], ["ended", "live"]);
    assert.deepEqual(host.told, [["screenSharingEnded", [stream]]]);
    microphone.end();
    assert.deepEqual(host.told.slice(1), [["deviceError", [1106009, microphone.label]]]);
  });
}

test("pub_09 a screen that is no longer shared ends with its sound, whose volume was set", async () => {
  standIn(new Devices());
  const host = aHost();
  const stream = await streams.createStream(host, { screen: { audio: true } });
  const tracks = stream.getTracks();
  await volumes.setCaptureVolume(host, stream, 50);
  stream.getVideoTracks()[0].end();
  assert.deepEqual(
    tracks.map(({ readyState }) => readyState),
    ["ended", "ended"],
  );
  assert.deepEqual(host.told, [["screenSharingEnded", [stream]]]);
});

test("pub_09 a screen and its sound are never opened anew as camera and microphone", async () => {
  const devices = new Devices();
  standIn(devices);
  const host = aHost();
  const stream = await streams.createStream(host, { screen: { audio: true } });
  assert.equal(await codeOf(settings.setAudioConfig(host, stream, { ANS: true })), 1103047);
  await settings.enableCamera(host, stream, false);
  assert.equal(await codeOf(settings.enableCamera(host, stream)), 1103047);
  assert.deepEqual(devices.asked, []);
});

test("pub_09 a camera that is unplugged ends alone", async () => {
  const { host, stream, devices } = await onAir();
  stream.getVideoTracks()[0].end();
  assert.deepEqual(devices.live, ["audio default"]);
  assert.deepEqual(host.told, [["deviceError", [1106010, "video default"]]]);
});

const SLOW = {
  useVideoDevice: ({ host, stream }) => settings.useDevice(host, stream, "video", "other"),
  useAudioDevice: ({ host, stream }) => settings.useDevice(host, stream, "audio", "other"),
  useFrontCamera: ({ host, stream }) => settings.useFrontCamera(host, stream, true),
  setAudioConfig: ({ host, stream }) => settings.setAudioConfig(host, stream, { ANS: true }),
  startCaptureCamera: ({ zego }) => zego.startCaptureCamera({}),
  startCaptureMicrophone: ({ zego }) => zego.startCaptureMicrophone({}),
  startCaptureCameraAndMicrophone: ({ zego }) => zego.startCaptureCameraAndMicrophone({}, {}),
  enableVideoCaptureDevice: ({ host, stream }) => settings.enableCamera(host, stream, true),
};

/** The same with a ZegoLocalStream whose devices open when the test lets them. */
async function slow() {
  const devices = new Devices();
  standIn(devices);
  const host = aHost();
  const zego = await streams.createZegoStream(host);
  devices.isSlow = true;
  return { host, zego, stream: zego.stream, devices };
}

/** Ends a stream while the call opens a device for it; returns the stream and the call's code. */
async function overtakenByTheEnd(name, call) {
  const it = await slow();
  if (name === "enableVideoCaptureDevice") {
    await settings.enableCamera(it.host, it.zego, false);
  }
  const code = codeOf(call(it));
  await settled();
  streams.destroyStream(it.host, it.zego);
  return { it, code };
}

for (const [name, call] of Object.entries(SLOW)) {
  test(`pub_09 what ${name} opens after the stream's end is stopped, and the call rejects`, async () => {
    const { it, code } = await overtakenByTheEnd(name, call);
    await it.devices.let();
    assert.equal(await code, 1103047);
    assert.deepEqual(it.devices.live, []);
  });

  test(`pub_09 what ${name} opens after the engine's end is stopped, and the call rejects`, async () => {
    const { it, code } = await overtakenByTheEnd(name, call);
    it.host.destroy();
    await it.devices.let();
    assert.equal(await code, 1101000);
    assert.deepEqual(it.devices.live, []);
  });
}

test("pub_09 of two switches at once the later wins, whichever opens first", async () => {
  for (const places of [
    [0, 0],
    [1, 0],
  ]) {
    const { host, stream, devices, sent } = await onAir();
    devices.isSlow = true;
    const codes = ["first", "second"].map((id) =>
      codeOf(settings.useDevice(host, stream, "video", id)),
    );
    for (const place of places) await devices.let(place);
    assert.deepEqual(await Promise.all(codes), [1103047, 0]);
    assert.deepEqual(sent(), ["audio default", "video second"]);
    assert.deepEqual(devices.live, ["audio default", "video second"]);
  }
});

test("pub_09 switches that end within a moment of each other leave the later on the air", async () => {
  const { host, stream, devices, sent } = await onAir();
  const first = settings.useDevice(host, stream, "video", "first");
  // The first track is in the stream, but its sender has not changed yet.
  while (stream.getVideoTracks()[0].label !== "video first") await 0;
  await settings.useDevice(host, stream, "video", "second");
  await first;
  await settled();
  assert.deepEqual(sent(), ["audio default", "video second"]);
  assert.deepEqual(devices.live, ["audio default", "video second"]);
});

test("pub_09 a request for the other kind overtakes nothing", async () => {
  const { host, stream, devices, sent } = await onAir();
  devices.isSlow = true;
  const codes = [
    codeOf(settings.useDevice(host, stream, "video", "front")),
    codeOf(settings.useDevice(host, stream, "audio", "headset")),
  ];
  await devices.let();
  await devices.let();
  assert.deepEqual(
    [await Promise.all(codes), sent()],
    [
      [0, 0],
      ["audio headset", "video front"],
    ],
  );
});

const LATER = {
  stopCaptureVideo: ({ zego }) => zego.stopCaptureVideo(),
  startCaptureCustomVideo: ({ zego, own }) =>
    zego.startCaptureCustomVideo({ source: new Stream([own]) }),
  startCaptureScreen: ({ zego }) => zego.startCaptureScreen(),
  replaceTrack: ({ host, zego, own }) => tracks.replaceTrack(host, zego, own),
  removeTrack: ({ host, zego }) => tracks.removeTrack(host, zego, zego.getVideoTracks()[0]),
  "enableVideoCaptureDevice(false)": ({ host, zego }) => settings.enableCamera(host, zego, false),
};

for (const [name, change] of Object.entries(LATER)) {
  test(`pub_09 ${name} overtakes a camera that is opening, and not the microphone with it`, async () => {
    const it = { ...(await slow()), own: new Track("video", {}, "own") };
    const code = codeOf(
      it.zego.startCaptureCameraAndMicrophone({ input: "front" }, { input: "headset" }),
    );
    await settled();
    await change(it);
    await it.devices.let();
    assert.equal(await code, 1103047);
    assert.ok(!it.devices.live.includes("video front"));
    assert.equal(it.zego.getAudioTracks()[0].label, "audio headset");
    assert.equal(
      it.devices.live.filter((label) => label.startsWith("audio")).join(),
      "audio headset",
    );
    assert.notEqual(it.zego.getVideoTracks()[0]?.label, "video front");
  });
}

test("pub_09 a switch overtaken while its device is in use asks no more and brings nothing back", async () => {
  const { host, stream, devices, sent } = await onAir();
  devices.refused.set("busy", "NotReadableError");
  const first = codeOf(settings.useDevice(host, stream, "video", "busy"));
  await settled();
  await settings.useDevice(host, stream, "video", "second");
  assert.equal(await first, 1103047);
  assert.deepEqual(sent(), ["audio default", "video second"]);
  assert.deepEqual(devices.live, ["audio default", "video second"]);
});

test("pub_09 a switch that fails after it overtook another brings back what that one stopped", async () => {
  const { host, stream, devices, sent } = await onAir();
  devices.refused.set("busy", "NotReadableError").set("none", "NotFoundError");
  const first = codeOf(settings.useDevice(host, stream, "video", "busy"));
  while (stream.getVideoTracks()[0].readyState === "live") await settled();
  assert.equal(await codeOf(settings.useDevice(host, stream, "video", "none")), 1103048);
  assert.equal(await first, 1103047);
  assert.deepEqual(sent(), ["audio default", "video default"]);
  assert.deepEqual(devices.live, ["audio default", "video default"]);
});

test("pub_09 what the session has no place for is stopped, and the rest of the call taken", async () => {
  const devices = new Devices();
  standIn(devices);
  const host = aHost();
  const zego = await streams.createZegoStream(host, { camera: { audio: false } });
  host.published.set("s", zego.stream);
  host.senders = zego.getTracks().map((track) => new Sender(track));
  const code = await codeOf(zego.startCaptureCameraAndMicrophone({ input: "front" }, {}));
  assert.equal(code, 1103069);
  assert.deepEqual(devices.live, ["video front"]);
});

test("play_06 a stream of one's own is never inactive while a track replaces another", async () => {
  standIn({}, FIREFOX);
  for (const kind of ["audio", "video"]) {
    const stream = new Stream([new Track(kind)]);
    const removeTrack = stream.removeTrack.bind(stream);
    stream.removeTrack = (track) => {
      removeTrack(track);
      assert.ok(stream.active, "at no moment");
    };
    const next = new Track(kind);
    await tracks.replaceTrack(aHost(), stream, next);
    assert.deepEqual(stream.getTracks(), [next]);
  }
});
