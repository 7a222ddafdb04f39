// Devices that are switched, refused, stopped and ended while others open; the far side sees
// and hears the result. All cases are in tests/scripts/switching.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATIENCE_MS, withDeadline } from "./harness/deadline.mjs";
import { assertAdvances } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

// The second of Chromium's fake cameras shows depth, which is not sent as a picture.
const stage = useStage({ browserArgs: ["--use-fake-device-for-media-stream=device-count=3"] });

test("pub_09 a camera in use leaves the one that works on the air", async () => {
  const { ada, bo } = await stage.playing();
  const other = await otherCamera(ada);
  await ada.page.evaluate((busy) => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      if (constraints.video?.deviceId?.exact !== busy) return real(constraints);
      throw new DOMException("", "NotReadableError");
    };
  }, other);
  const before = await camera(ada);
  const { error } = await ada.attempt("useVideoDevice", { $: "local" }, other);
  assert.equal(error.code, 1103065);
  assert.deepEqual(await camera(ada), before);
  assert.equal(before.readyState, "live");
  await assertAdvances(bo.page);
  assert.deepEqual(ada.told("deviceError"), []);
});

test("pub_09 cameras that open one at a time, and are free late, are switched", async () => {
  const { ada, bo } = await stage.playing();
  const other = await otherCamera(ada);
  await ada.page.evaluate(() => {
    let isBusy = true;
    const free = (track) => {
      const stop = track.stop.bind(track);
      track.stop = () => {
        stop();
        setTimeout(() => {
          isBusy = false;
        }, 150);
      };
    };
    free(globalThis.local.getVideoTracks()[0]);
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      if (isBusy) throw new DOMException("", "NotReadableError");
      isBusy = true;
      return real(constraints);
    };
  });
  await ada.call("useVideoDevice", { $: "local" }, other);
  assert.deepEqual(await camera(ada), { deviceId: other, readyState: "live", peers: 1 });
  await assertAdvances(bo.page);
});

for (const [how, make] of [
  [
    "createZegoStream",
    async () => {
      const zego = await globalThis.engine.createZegoStream({ camera: {} });
      Object.assign(globalThis, { local: zego, share: () => zego.startCaptureScreen() });
    },
  ],
  [
    "createStream",
    async () => {
      const stream = await globalThis.engine.createStream({ screen: { audio: true } });
      const [microphone] = await globalThis.engine.getMicrophones();
      await globalThis.engine.useAudioDevice(stream, microphone.deviceID);
      Object.assign(globalThis, { local: stream, share() {} });
    },
  ],
]) {
  test(`pub_09 a screen of ${how} that is no longer shared leaves the microphone on the air`, async () => {
    const [ada, bo] = await stage.clientsIn(stage.name("room"), "ada", "bo");
    const id = stage.name("stream");
    await ada.page.evaluate(() => {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d");
      setInterval(() => context.fillRect(0, 0, Math.random() * 99, 9), 40);
      navigator.mediaDevices.getDisplayMedia = async ({ audio }) => {
        const sound = audio && (await navigator.mediaDevices.getUserMedia({ audio: true }));
        const [picture] = canvas.captureStream(25).getTracks();
        return new MediaStream([picture, ...(sound ? sound.getTracks() : [])]);
      };
    });
    await ada.page.evaluate(make);
    await ada.call("startPublishingStream", id, { $: "local" });
    await ada.page.evaluate(() => globalThis.share());
    await bo.untilStream("ADD", id);
    await bo.play(id);
    await bo.untilPlayer("PLAYING", id);
    assert.ok((await heard(bo)) > 0, "before");
    await ada.page.evaluate(() => {
      globalThis.local.getVideoTracks()[0].dispatchEvent(new Event("ended"));
    });
    await ada.until("screenSharingEnded", () => true);
    assert.ok((await heard(bo)) > 0, "after");
    const states = await ada.page.evaluate(() =>
      ["getVideoTracks", "getAudioTracks"].map((kind) => globalThis.local[kind]()[0].readyState),
    );
    assert.deepEqual(states, ["ended", "live"]);
    await ada.settle();
    assert.deepEqual(ada.told("deviceError"), []);
    assert.equal(ada.told("publisherStateUpdate").length, 2, "requesting, publishing");
  });
}

test("pub_09 what opens after its stream's end is stopped", async () => {
  const client = await stage.client("ada");
  const seen = await client.page.evaluate(async () => {
    const { engine } = globalThis;
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const opened = [];
    let open;
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      await new Promise((resolve) => {
        open = resolve;
      });
      const media = await real(constraints);
      opened.push(...media.getTracks());
      return media;
    };
    const openNext = async () => {
      while (!open) await new Promise(requestAnimationFrame);
      open();
      open = undefined;
    };
    const made = async (promise) => {
      await openNext();
      return promise;
    };
    const [{ deviceID: video }] = await engine.getCameras();
    const [{ deviceID: audio }] = await engine.getMicrophones();
    const calls = [
      (stream) => engine.useVideoDevice(stream, video),
      (stream) => engine.useAudioDevice(stream, audio),
      (stream) => engine.setAudioConfig(stream, { ANS: false }),
      (stream) => stream.startCaptureCamera(),
      async (stream) => {
        await engine.enableVideoCaptureDevice(stream, false);
        return engine.enableVideoCaptureDevice(stream, true);
      },
    ];
    const codes = [];
    for (const call of calls) {
      const stream = await made(engine.createZegoStream());
      const ending = call(stream).catch(({ code }) => code);
      while (!open) await new Promise(requestAnimationFrame);
      engine.destroyStream(stream);
      await openNext();
      codes.push(await ending);
    }
    return [codes, opened.length, opened.filter(({ readyState }) => readyState === "live").length];
  });
  assert.deepEqual(seen, [[1103047, 1103047, 1103047, 1103047, 1103047], 15, 0]);
});

test("pub_09 of two switches at once the later is on the air, though it opened first", async () => {
  const { ada, bo } = await stage.playing();
  const last = await otherCamera(ada);
  const seen = await ada.page.evaluate(async (id) => {
    const { engine, local } = globalThis;
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    let open;
    const second = new Promise((resolve) => {
      open = resolve;
    });
    const opened = [];
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      if (constraints.video.deviceId?.exact !== id) await second;
      const media = await real(constraints);
      opened.push(...media.getTracks());
      return media;
    };
    const first = engine.useFrontCamera(local, true).catch(({ code }) => code);
    await engine.useVideoDevice(local, id);
    open();
    return [await first, opened.map(({ readyState }) => readyState)];
  }, last);
  assert.deepEqual(seen, [1103047, ["live", "ended"]]);
  assert.equal((await camera(ada)).deviceId, last);
  await assertAdvances(bo.page);
});

/** A camera other than the stream's whose picture can be sent. */
async function otherCamera(client) {
  const { deviceId } = await camera(client);
  const cameras = await client.call("getCameras");
  return cameras.findLast(({ deviceID }) => deviceID !== deviceId).deviceID;
}

/** The stream's camera, and how many connections there have been. */
function camera(client) {
  return client.page.evaluate(() => {
    const [track] = globalThis.local.getVideoTracks();
    const { deviceId } = track.getSettings();
    return { deviceId, readyState: track.readyState, peers: globalThis.peers.length };
  });
}

/** The audio energy that a client receives, once there is any. */
function heard(client) {
  const energy = client.page.evaluate(async () => {
    const look = async () => {
      const reports = await Promise.all(globalThis.peers.map((peer) => peer.getStats()));
      const all = reports.flatMap((report) => [...report.values()]);
      const sums = all.map(({ type, totalAudioEnergy = 0 }) =>
        type === "inbound-rtp" ? totalAudioEnergy : 0,
      );
      return sums.reduce((sum, more) => sum + more, 0);
    };
    const before = await look();
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const more = (await look()) - before;
      if (more > 0.001) return more;
    }
  });
  return withDeadline(energy, PATIENCE_MS, () => `${client.userID}: nothing is heard`);
}
