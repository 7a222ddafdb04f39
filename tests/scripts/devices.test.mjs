// What an app is told when devices come and go.

import assert from "node:assert/strict";
import { test } from "node:test";
import { watchDevices } from "../../pkg-template/devices.js";
import { aHost, standIn } from "./stand_ins.mjs";

const settled = () => new Promise(setImmediate);
const camera = { kind: "videoinput", label: "Camera", deviceId: "c" };
const headset = [
  { kind: "audioinput", label: "Headset", deviceId: "hs" },
  { kind: "audiooutput", label: "Headset", deviceId: "hs" },
];

class MediaDevices extends EventTarget {
  list = [camera];
  #looks = [];
  looks = 0;
  enumerateDevices() {
    this.looks++;
    // The answer is the list at the time of the call.
    const { list } = this;
    return new Promise((resolve, reject) => {
      this.#looks.push(() => (list ? resolve(list) : reject(new Error("not now"))));
    });
  }
  /** Answers the pending calls, and those that follow from the answers. */
  async answer() {
    while (this.#looks.length) {
      this.#looks.shift()();
      await settled();
    }
  }
  change(list, times = 1) {
    this.list = list;
    for (let i = 0; i < times; i++) this.dispatchEvent(new Event("devicechange"));
  }
}

async function watching() {
  const devices = new MediaDevices();
  standIn(devices);
  const host = aHost();
  watchDevices(host);
  await devices.answer();
  return { devices, host };
}

const told = (change) =>
  ["Input", "Output"].map((way) => [
    "audioDeviceStateChanged",
    [change, way, { deviceName: "Headset", deviceID: "hs" }],
  ]);

test("pub_09 a headset of which the browser tells three times is told once for each of its devices", async () => {
  const { devices, host } = await watching();
  devices.change([camera, ...headset], 3);
  await devices.answer();
  assert.deepEqual(host.told, told("ADD"));
  devices.change([camera], 3);
  await devices.answer();
  assert.deepEqual(host.told.slice(2), told("DELETE"));
});

test("pub_09 what changes during a look is seen by the next", async () => {
  const { devices, host } = await watching();
  const { looks } = devices;
  devices.change([camera]);
  devices.change([camera, ...headset], 5);
  await devices.answer();
  assert.deepEqual(host.told, told("ADD"));
  assert.equal(devices.looks, looks + 2, "one look at a time");
});

test("pub_09 a list that cannot be had is nothing new, and not an error of the page's", async () => {
  const { devices, host } = await watching();
  devices.change(undefined, 3);
  await devices.answer();
  assert.deepEqual(host.told, []);
  devices.change([camera, ...headset]);
  await devices.answer();
  assert.deepEqual(host.told, told("ADD"));
});

test("pub_09 a list that cannot be had from the start tells of nothing that was there", async () => {
  const devices = new MediaDevices();
  devices.list = undefined;
  standIn(devices);
  const host = aHost();
  const look = watchDevices(host);
  await devices.answer();
  devices.list = [camera];
  look();
  await devices.answer();
  assert.deepEqual(host.told, []);
});

test("pub_09 devices whose IDs the browser hides, or hides again, are not told", async () => {
  const { devices, host } = await watching();
  devices.change([{ ...camera, label: "", deviceId: "" }]);
  await devices.answer();
  devices.change([camera]);
  await devices.answer();
  assert.deepEqual(host.told, []);
});

test("pub_09 an engine that has ended looks no more", async () => {
  const { devices, host } = await watching();
  devices.change([camera]);
  host.destroy();
  devices.change([...headset]);
  const { looks } = devices;
  await devices.answer();
  assert.equal(devices.looks, looks);
});
