// Firefox in a namespace. It is controlled over TCP on the namespace's loopback, which nothing
// outside reaches. So this program listens outside and passes the traffic to a relay inside.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { copyProfile } from "./firefox_profile.mjs";
import { SERVER_ADDRESS } from "./topology.mjs";

/** The program's path. */
export const FIREFOX = process.env.HOLDFAST_FIREFOX ?? "/usr/bin/firefox-esr";

const RELAY = fileURLToPath(new URL("relay.mjs", import.meta.url));

const PREFS = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.autoplay.default": 0,
  // Together these make http: at the server's address a place where the camera may be used.
  "dom.securecontext.allowlist": SERVER_ADDRESS,
  "media.devices.insecure.enabled": true,
  "media.getusermedia.insecure.enabled": true,
};

export async function launchFirefox(executablePath, args, rig, role) {
  const { default: puppeteer } = await import("puppeteer-core");
  const userDataDir = `${executablePath}.profile`;
  await copyProfile(userDataDir, FIREFOX, puppeteer);
  const relay = createServer();
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const { port } = relay.address();
  const [program, ...words] = [...rig.inside(role), process.execPath, RELAY, String(port)];
  relay.on("connection", (socket) => {
    const inside = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"] });
    socket.pipe(inside.stdin).on("error", () => socket.destroy());
    inside.stdout.pipe(socket).on("error", () => inside.kill());
    inside.once("close", () => socket.destroy());
  });
  const firefox = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    args,
    userDataDir,
    debuggingPort: port,
    extraPrefsFirefox: PREFS,
    protocolTimeout: 120_000,
  });
  firefox.on("disconnected", () => relay.close());
  return firefox;
}
