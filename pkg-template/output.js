/** @import { Host } from "./host.js" */

import { refusalOf } from "./capture.js";

/**
 * Plays an element's audio on a device; an empty ID is the default device.
 *
 * @param {Host} host
 * @param {HTMLMediaElement} element
 * @param {string} deviceID
 */
export async function useOutput(host, element, deviceID) {
  if (typeof deviceID !== "string" || !element?.setSinkId) {
    throw host.bad(
      "a media element and a device ID, in a browser that can choose where sound goes",
    );
  }
  try {
    await element.setSinkId(deviceID);
  } catch (error) {
    throw host.failure(refusalOf(error));
  }
}
