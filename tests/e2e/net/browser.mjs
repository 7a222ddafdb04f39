// Browsers inside a rig, of three kinds behind one interface.
//
//   "chromium"  by Playwright: the usual one. Its pages always count as visible.
//   "puppet"    Chromium by puppeteer: its pages can be hidden, frozen and kept for going back, and
//               their timers are throttled.
//   "firefox"   Firefox ESR by puppeteer over WebDriver BiDi. Fires no `offline` for a link that
//               goes down, and has no H.264.
//
// The first two are controlled through a pipe, Firefox through a relay into the namespace, so no
// fault of the network reaches the controlling connection.

import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHROMIUM, chromiumArgs, launchBrowser, newContext } from "../harness/browser.mjs";
import { FIREFOX, launchFirefox } from "./firefox.mjs";
import { killTree, pauseTree, resumeTree } from "./processes.mjs";
import { PuppetContext } from "./puppet.mjs";
import { SECURE_NAME } from "./rig_server.mjs";
import { timed } from "./timed.mjs";
import { SERVER_ADDRESS } from "./topology.mjs";

const RESOLVE = `--host-resolver-rules=MAP ${SECURE_NAME} ${SERVER_ADDRESS}`;
/** Flags of puppeteer's that make background pages behave like those in front. */
const AGAINST_BACKGROUND = [
  "--disable-back-forward-cache",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

let started = 0;

/** Why a kind of browser is not available; empty if it is. */
export function whyNoBrowser(kind) {
  const program = kind === "firefox" ? FIREFOX : CHROMIUM;
  return existsSync(program) ? "" : `no ${program}`;
}

export class RigBrowser {
  kind;
  #browser;
  #pidFile;
  #isKilled = false;

  /** @param args More arguments. */
  static async launch(rig, { kind = "chromium", role = "client", args = [] } = {}) {
    const browser = new RigBrowser();
    browser.kind = kind;
    started += 1;
    const file = join(rig.namespaces.folder, `${kind}-${started}`);
    browser.#pidFile = `${file}.pid`;
    const program = kind === "firefox" ? FIREFOX : CHROMIUM;
    // `exec` keeps the process ID, so this is the browser's own.
    const exec = `exec ${rig.inside(role).join(" ")} "${program}" "$@"`;
    writeFileSync(file, `#!/bin/sh\necho $$ > "${browser.#pidFile}"\n${exec}\n`);
    chmodSync(file, 0o700);
    browser.#browser = await LAUNCH[kind](file, args, rig, role);
    return browser;
  }

  /** The page's origin for a server; it counts as secure. */
  origin(server) {
    return this.kind === "firefox" ? `http://${SERVER_ADDRESS}:${server.port}` : server.url;
  }

  /** A profile of its own. */
  async newContext() {
    if (this.kind === "chromium") return newContext(this.#browser);
    return PuppetContext.open(this.#browser);
  }

  get pid() {
    return Number(readFileSync(this.#pidFile, "utf8"));
  }

  /** Pauses it and all its processes, as a laptop's lid does. */
  pause() {
    return timed(() => pauseTree(this.pid));
  }

  resume() {
    return timed(() => resumeTree(this.pid));
  }

  /** Kills it as a crash does. */
  kill() {
    this.#isKilled = true;
    return timed(() => killTree(this.pid));
  }

  /** Ends it by force: Firefox takes five seconds to close, and nothing of it is kept. */
  async close() {
    if (!this.#isKilled) await this.kill();
    await this.#browser.close();
  }
}

const LAUNCH = {
  chromium: (file, args) => launchBrowser([RESOLVE, ...args], file),
  puppet: async (executablePath, args) => {
    const { default: puppeteer } = await import("puppeteer-core");
    return puppeteer.launch({
      executablePath,
      args: chromiumArgs([RESOLVE, ...args]),
      ignoreDefaultArgs: AGAINST_BACKGROUND,
      pipe: true,
      protocolTimeout: 120_000,
    });
  },
  firefox: launchFirefox,
};
