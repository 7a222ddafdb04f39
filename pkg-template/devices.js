// Lists cameras, microphones and speakers, and watches them.

import { useOutput } from "./output.js";

const KINDS = { videoinput: "cameras", audioinput: "microphones", audiooutput: "speakers" };

async function list(host) {
  const { mediaDevices } = navigator;
  if (!mediaDevices) throw host.failure(1103053);
  const lists = { cameras: [], microphones: [], speakers: [] };
  for (const { kind, label, deviceId } of await mediaDevices.enumerateDevices()) {
    lists[KINDS[kind]]?.push({ deviceName: label, deviceID: deviceId });
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
 * @returns A function that lists the devices again.
 */
export function watchDevices(host) {
  let known = {};
  let isLooking;
  let isStale;
  const look = async () => {
    isStale = true; // a list that is being fetched may be outdated
    if (isLooking) return;
    isLooking = true;
    while (isStale && !host.life.aborted) {
      isStale = false;
      // If listing fails, keep the known list.
      const now = await list(host).catch(() => known);
      tellChanges(host, known.cameras, now.cameras);
      tellChanges(host, known.microphones, now.microphones, "Input");
      tellChanges(host, known.speakers, now.speakers, "Output");
      known = now;
    }
    isLooking = false;
  };
  const { mediaDevices } = navigator;
  mediaDevices?.addEventListener("devicechange", look, { signal: host.life });
  if (mediaDevices) look();
  return look;
}

function tellChanges(host, before, now, way) {
  // Without permission devices have no IDs, and then only their number is known.
  const areKnown = (devices) => devices?.every(({ deviceID }) => deviceID);
  if (!areKnown(before) || !areKnown(now)) return;
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
