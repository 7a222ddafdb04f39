// Opens devices and screens for a stream. They replace the stream's tracks of the same kinds.

import { captureScreen, deviceConstraints, openDevices } from "./capture.js";
import { isOfDevice, takeCapture, tellLost } from "./captures.js";
import { KINDS, sourceOf } from "./tracks.js";
import { overtaken, wish } from "./wishes.js";

/** The constraints to reopen each track that was stopped so that another device could open. */
const gaveWay = new WeakMap();

/** Opens camera and microphone; each argument is false, true or an object of options. */
export async function acquireDevices(host, media, video, audio) {
  return acquire(host, media, deviceConstraints(host, video, audio));
}

/** Asks the user for a screen, and for its sound. */
export async function acquireScreen(host, media, video, audio) {
  const kinds = audio ? KINDS : ["video"];
  const isWanted = wish(media, kinds);
  const captured = await orBringBack(host, media, kinds, isWanted, () =>
    captureScreen(host, video, audio),
  );
  await takeCapture(host, media, captured, { isWanted, isScreen: true });
}

/** Opens devices by constraints. If that fails, the stream keeps the devices it has. */
export async function acquire(host, media, constraints) {
  const kinds = KINDS.filter((kind) => constraints[kind]);
  const isWanted = wish(media, kinds);
  const makeWay = () => {
    if (!kinds.some(isWanted)) throw overtaken(host);
    for (const kind of kinds.filter(isWanted)) giveWay(host, media, sourceOf(media, kind));
  };
  const captured = await orBringBack(host, media, kinds, isWanted, () =>
    openDevices(host, constraints, makeWay),
  );
  await takeCapture(host, media, captured, { isWanted });
}

/** Captures. If that fails, reopens the devices stopped for this request or an earlier one. */
async function orBringBack(host, media, kinds, isWanted, capture) {
  try {
    return await capture();
  } catch (error) {
    for (const kind of kinds) await bringBack(host, media, kind, isWanted);
    throw error;
  }
}

/** Stops a device so that another can open: many phones open only one camera at a time. */
function giveWay(host, media, track) {
  if (track?.readyState !== "live" || !isOfDevice(host, media, track)) return;
  const { deviceId } = track.getSettings();
  gaveWay.set(track, {
    ...track.getConstraints(),
    ...(deviceId && { deviceId: { exact: deviceId } }),
  });
  track.stop();
}

/** Reopens a device that was stopped for a capture that then failed. */
async function bringBack(host, media, kind, isWanted) {
  const track = sourceOf(media, kind);
  const constraints = gaveWay.get(track);
  if (!constraints || !isWanted(kind)) return;
  const stillWanted = () => {
    if (!isWanted(kind)) throw overtaken(host);
  };
  try {
    const captured = await openDevices(host, { [kind]: constraints }, stillWanted);
    await takeCapture(host, media, captured, { isWanted });
  } catch {
    if (isWanted(kind)) tellLost(host, track);
  }
}

/** Stops a device until the app wants it again. */
export function switchOff(media, track) {
  wish(media, [track.kind]);
  gaveWay.delete(track);
  track.stop();
}
