// What every scene needs: a new rig with a server for each test, and browsers and clients in it.

import { afterEach, beforeEach, describe, test } from "node:test";
import { Client } from "../harness/client.mjs";
import { assertAdvances, assertPlays } from "../harness/picture.mjs";
import { RigBrowser, whyNoBrowser } from "./browser.mjs";
import { oneAtATime } from "./gate.mjs";
import { Rig } from "./rig.mjs";
import { whyNoRigs } from "./topology.mjs";

const noRigs = await whyNoRigs();

/**
 * Registers scenes once for each kind of browser; kinds that are not available are skipped.
 *
 * @param concurrency How many run side by side, if each has a stage of its own (`scene`).
 */
export function inBrowsers(kinds, scenes, { concurrency = 1 } = {}) {
  for (const kind of kinds) {
    const why = noRigs || whyNoBrowser(kind);
    if (why) test(`all in ${kind}`, { skip: why }, () => {});
    else describe(kind, { concurrency }, () => scenes(kind));
  }
}

/**
 * A test with a stage of its own, for tests that wait long and therefore run side by side.
 *
 * @param play Called with the stage and the test's context.
 * @param serverArgs As for `useRig`.
 */
export function scene(name, play, { serverArgs } = {}) {
  test(name, async (t) => {
    const stage = new RigStage();
    try {
      await stage.open(serverArgs);
      await play(stage, t);
    } finally {
      await stage.close();
    }
  });
}

/**
 * Registers with the test runner; the stage is usable inside tests: `stage.rig`, `stage.server`.
 *
 * @param serverArgs Arguments of the server; `["--dev", "--grace", "5"]` for a short grace.
 */
export function useRig({ serverArgs } = {}) {
  const stage = new RigStage();
  beforeEach(() => stage.open(serverArgs));
  afterEach(() => stage.close());
  return stage;
}

class RigStage {
  rig = null;
  server = null;
  #browsers = new Map();

  async open(serverArgs) {
    this.rig = await Rig.open();
    this.server = await this.rig.startServer({ args: serverArgs });
  }

  /** The browser of this kind at this place, started on first use. */
  browser({ kind = "chromium", role = "client", args } = {}) {
    const key = `${kind} ${role}`;
    if (!this.#browsers.has(key)) {
      this.#browsers.set(key, RigBrowser.launch(this.rig, { kind, role, args }));
    }
    return this.#browsers.get(key);
  }

  /**
   * A user with an engine, not logged in, in a profile of its own.
   *
   * @param options `kind` of browser; `role`: "client" or "second"; `args` of the browser.
   */
  async client(userID, options = {}) {
    const browser = await this.browser(options);
    const context = await browser.newContext();
    const client = await Client.open(context, this.server, userID, browser.origin(this.server));
    client.browser = browser;
    return client;
  }

  /**
   * Ada on the client, whose network the verbs break, and Bo on the second client; both logged in.
   *
   * @param options `kind` and `args` of Ada's browser, `engineConfig` of her engine; `otherKind` of
   * Bo's browser.
   */
  pair(room, options) {
    return oneAtATime(() => this.#pair(room, options));
  }

  async #pair(room, { kind, otherKind = "chromium", args, engineConfig } = {}) {
    const ada = await this.client("ada", { kind, args });
    const bo = await this.client("bo", { kind: otherKind, role: "second" });
    if (engineConfig) await ada.call("setEngineConfig", engineConfig);
    await ada.login(room);
    await bo.login(room);
    await bo.untilUser("ADD", "ada");
    // Firefox reports an event later than the end of a call.
    await Promise.all([ada.settle(), bo.settle()]);
    return { ada, bo };
  }

  /** One of the pair publishes, the other plays and sees moving pictures. */
  async playing(publisher, player, streamID) {
    await publisher.publish(streamID);
    await player.untilStream("ADD", streamID);
    await player.play(streamID);
    await this.assertPlays(publisher, player);
  }

  /** The picture of one moves at the other. Firefox's fake camera has one colour and brightness. */
  assertPlays(publisher, player) {
    const hasPicture = publisher.browser.kind !== "firefox";
    return hasPicture ? assertPlays(player.page) : assertAdvances(player.page);
  }

  async close() {
    const browsers = [...this.#browsers.values()];
    this.#browsers.clear();
    // A browser that a test killed cannot be closed; the rig ends whatever is left of it.
    for (const browser of await Promise.allSettled(browsers)) {
      await browser.value?.close().catch(() => {});
    }
    await this.rig?.close();
    this.rig = null;
  }
}
