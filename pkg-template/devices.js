// Lists cameras, microphones and speakers, and watches them.

/** @import { DeviceInfo, DeviceLists } from "./index.js" */
/** @import { Host } from "./host.js" */

/** @type {Record<MediaDeviceKind, keyof DeviceLists>} */
const KINDS = { videoinput: "cameras", audioinput: "microphones", audiooutput: "speakers" };

/**
 * Lists all devices.
 *
 * @param {Host} host
 */
export async function listDevices(host) {
  const { mediaDevices } = navigator;
  if (!mediaDevices) throw host.failure(1103053);
  /** @type {DeviceLists} */
  const lists = { cameras: [], microphones: [], speakers: [] };
  for (const { kind, label, deviceId } of await mediaDevices.enumerateDevices()) {
    lists[KINDS[kind]]?.push({ deviceName: label, deviceID: deviceId });
  }
  return lists;
}

/**
 * Tells the app of devices that come and go, for as long as the engine lives.
 *
 * @param {Host} host
 * @returns A function that lists the devices again.
 */
export function watchDevices(host) {
  /** @type {Partial<DeviceLists>} */
  let known = {};
  let isLooking = false;
  let isStale = false;
  const look = async () => {
    isStale = true; // a list that is being fetched may be outdated
    if (isLooking) return;
    isLooking = true;
    while (isStale && !host.life.aborted) {
      isStale = false;
      // If listing fails, keep the known list.
      const now = await listDevices(host).catch(() => known);
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

/**
 * Without permission devices have no IDs, and then only their number is known.
 *
 * @param {DeviceInfo[] | undefined} devices
 * @returns {devices is DeviceInfo[]}
 */
const areKnown = (devices) => !!devices?.every(({ deviceID }) => deviceID);

/**
 * @param {Host} host
 * @param {DeviceInfo[] | undefined} before
 * @param {DeviceInfo[] | undefined} now
 * @param {"Input" | "Output"} [way] Of audio devices.
 */
function tellChanges(host, before, now, way) {
  if (!areKnown(before) || !areKnown(now)) return;
  /**
   * @param {"ADD" | "DELETE"} change
   * @param {DeviceInfo[]} from
   * @param {DeviceInfo[]} others
   */
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
