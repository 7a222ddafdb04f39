// What every test file needs: a server, a browser, and clients that are closed after each test.

import { after, afterEach, before } from "node:test";
import { launchBrowser, newContext } from "./browser.mjs";
import { Client } from "./client.mjs";
import { assertPlays } from "./picture.mjs";
import { Server } from "./server.mjs";

/**
 * Registers set-up and clean-up with the test runner; the stage is usable inside tests.
 *
 * @param options `serverArgs` may be a promise; `entry` is the package's script that pages import;
 * `sdk` and `place` are as for `Server.start`.
 */
export function useStage({ serverArgs, sdk, entry, browserArgs = [], place } = {}) {
  const stage = new Stage(entry);
  before(async () => {
    stage.server = await Server.start(await serverArgs, sdk, place);
    stage.browser = await launchBrowser(browserArgs);
  });
  afterEach(() => stage.closeContexts());
  after(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
  });
  return stage;
}

class Stage {
  server = null;
  browser = null;
  #contexts = [];
  #names = 0;
  #entry;

  constructor(entry) {
    this.#entry = entry;
  }

  /** A name that no other test of the file uses. */
  name(kind) {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }

  /** A browser profile of its own. */
  async context(options) {
    const context = await newContext(this.browser, options);
    this.#contexts.push(context);
    return context;
  }

  /** A user with an engine, not logged in. */
  async client(userID, origin) {
    return Client.open(await this.context(), this.server, userID, origin, this.#entry);
  }

  /** Users with engines, each in a profile of its own, logged in to one room, one by one. */
  async clientsIn(room, ...userIDs) {
    const clients = await Promise.all(userIDs.map((userID) => this.client(userID)));
    for (const client of clients) await client.login(room);
    return clients;
  }

  /** Ada publishes, Bo plays and sees moving pictures. */
  async playing(publishOptions) {
    const room = this.name("room");
    const id = this.name("stream");
    const [ada, bo] = await this.clientsIn(room, "ada", "bo");
    await ada.publish(id, publishOptions);
    await bo.untilStream("ADD", id);
    await bo.play(id);
    await assertPlays(bo.page);
    return { room, id, ada, bo };
  }

  async closeContexts() {
    const contexts = this.#contexts;
    this.#contexts = [];
    await Promise.all(contexts.map((context) => context.close()));
  }
}
