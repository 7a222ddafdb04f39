import { REFUSALS } from "./capture.js";

/** Plays an element's audio on a device; an empty ID is the default device. */
export async function useOutput(host, element, deviceID) {
  if (typeof deviceID !== "string" || !element?.setSinkId) {
    throw host.bad(
      "a media element and a device ID, in a browser that can choose where sound goes",
    );
  }
  try {
    await element.setSinkId(deviceID);
  } catch (error) {
    throw host.failure(REFUSALS[error.name] ?? 1103061);
  }
}
