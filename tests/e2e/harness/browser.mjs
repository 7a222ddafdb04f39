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

/** The program. */
export const CHROMIUM = process.env.HOLDFAST_CHROMIUM ?? "/usr/bin/chromium";

/** Its arguments, with a test's own. */
export function chromiumArgs(ownArgs = []) {
  const args = [...ARGS, ...ownArgs];
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  if (process.env.HOLDFAST_LOOPBACK) args.push("--allow-loopback-in-peer-connection");
  return args;
}

/** Starts it with arguments of a test's own, if any. */
export function launchBrowser(ownArgs = [], executablePath = CHROMIUM) {
  return chromium.launch({ executablePath, args: chromiumArgs(ownArgs) });
}

/** A browser profile of its own that may use camera and microphone. */
export function newContext(browser, options = {}) {
  return browser.newContext({ permissions: ["camera", "microphone"], ...options });
}
