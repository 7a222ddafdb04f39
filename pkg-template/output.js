import { REFUSALS } from "./capture.js";

/** Has an element's sound come from a device; empty is the default one. */
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
