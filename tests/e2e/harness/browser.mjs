// Chromium with a fake camera.

import { chromium } from "playwright-core";

const ARGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];

/** The program's path. */
export const CHROMIUM = process.env.HOLDFAST_CHROMIUM ?? "/usr/bin/chromium";

/** Its arguments, with those of the test. */
export function chromiumArgs(ownArgs = []) {
  const args = [...ARGS, ...ownArgs];
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  if (process.env.HOLDFAST_LOOPBACK) args.push("--allow-loopback-in-peer-connection");
  return args;
}

/** Starts it, with the test's own arguments if there are any. */
export function launchBrowser(ownArgs = [], executablePath = CHROMIUM) {
  return chromium.launch({ executablePath, args: chromiumArgs(ownArgs) });
}

/** A browser profile of its own that may use camera and microphone. */
export function newContext(browser, options = {}) {
  return browser.newContext({ permissions: ["camera", "microphone"], ...options });
}
