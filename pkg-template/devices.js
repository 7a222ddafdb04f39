// Which cameras, microphones and speakers there are.

import { useOutput } from "./output.js";

const KINDS = { videoinput: "cameras", audioinput: "microphones", audiooutput: "speakers" };

async function list(host) {
  const { mediaDevices } = navigator;
  if (!mediaDevices) throw host.failure(1103053);
  const lists = { cameras: [], microphones: [], speakers: [] };
  for (const { kind, label, deviceId } of await mediaDevices.enumerateDevices()) {
    lists[KINDS[kind]].push({ deviceName: label, deviceID: deviceId });
  }
  return lists;
}

export const deviceMethods = {
  enumDevices: list,
  getCameras: async (host) => (await list(host)).cameras,
  getMicrophones: async (host) => (await list(host)).microphones,
  getSpeakers: async (host) => (await list(host)).speakers,

  async useAudioOutputDevice(host, element, deviceID) {
    await useOutput(host, element, deviceID);
    return true;
  },
};

/**
 * Tells the app of devices that come and go, for as long as the engine lives.
 *
 * @returns What looks anew which there are.
 */
export function watchDevices(host) {
  let known = {};
  const look = async () => {
    const before = known;
    known = await list(host);
    tellChanges(host, before.cameras, known.cameras);
    tellChanges(host, before.microphones, known.microphones, "Input");
    tellChanges(host, before.speakers, known.speakers, "Output");
  };
  const { mediaDevices } = navigator;
  mediaDevices?.addEventListener("devicechange", look, { signal: host.life });
  if (mediaDevices) look();
  return look;
}

function tellChanges(host, before, now, way) {
  // Until the page may use devices they have no names, and all that is known then is how many.
  if (!before?.every(({ deviceID }) => deviceID)) return;
  const tell = (change, from, others) => {
    for (const device of from) {
      if (others.some(({ deviceID }) => deviceID === device.deviceID)) continue;
      if (way) host.emit("audioDeviceStateChanged", [change, way, device]);
      else host.emit("videoDeviceStateChanged", [change, device]);
    }
  };
  tell("DELETE", before, now);
  tell("ADD", now, before);
}
