// puppeteer's pages behind the part of Playwright's interface that `Client` uses, and three things
// that only they can do: be hidden, shown and frozen.

import { timed } from "./timed.mjs";
import { until } from "./until.mjs";

/** A profile of its own. */
export class PuppetContext {
  #context;

  static async open(browser) {
    const context = new PuppetContext();
    context.#context = await browser.createBrowserContext();
    return context;
  }

  async newPage() {
    return PuppetPage.open(await this.#context.newPage());
  }

  close() {
    return this.#context.close();
  }
}

class PuppetPage {
  /** The page of puppeteer. */
  page;
  #session = null;
  #cover = null;
  #socketListeners = [];

  static async open(page) {
    const puppet = new PuppetPage();
    puppet.page = page;
    if (page.browser().protocol === "cdp") await puppet.#watchSockets();
    return puppet;
  }

  exposeBinding(name, take) {
    return this.page.exposeFunction(name, (value) => take({}, value));
  }

  addInitScript(script) {
    return this.page.evaluateOnNewDocument(script);
  }

  evaluate(script, ...args) {
    return this.page.evaluate(script, ...args);
  }

  goto(url) {
    return this.page.goto(url);
  }

  close() {
    return this.page.close();
  }

  /** "websocket" comes from Chromium only. */
  on(name, listener) {
    if (name === "websocket") this.#socketListeners.push(listener);
    else this.page.on(name, listener);
  }

  /** Brings another tab in front of it. */
  async hide() {
    this.#cover ??= await this.page.browserContext().newPage();
    return timed(async () => {
      await this.#cover.bringToFront();
      await this.#untilVisibility("hidden");
    });
  }

  show() {
    return timed(async () => {
      await this.page.bringToFront();
      await this.#untilVisibility("visible");
    });
  }

  /** Stops a hidden page's scripts, as browsers do to save power. Chromium only. */
  freeze() {
    return timed(() => this.#lifecycle("frozen"));
  }

  thaw() {
    return timed(() => this.#lifecycle("active"));
  }

  async #lifecycle(state) {
    if (!this.#session) throw new Error("only Chromium's pages can be frozen");
    await this.#session.send("Page.setWebLifecycleState", { state });
  }

  #untilVisibility(state) {
    const ask = async () => (await this.evaluate(() => document.visibilityState)) === state;
    return until(`the page is ${state}`, ask);
  }

  async #watchSockets() {
    this.#session = await this.page.createCDPSession();
    await this.#session.send("Network.enable");
    const open = new Map();
    this.#session.on("Network.webSocketCreated", ({ requestId }) => {
      const socket = new Socket();
      open.set(requestId, socket);
      for (const listener of this.#socketListeners) listener(socket);
    });
    const tell = (name) => (event) => open.get(event.requestId)?.tell(name);
    this.#session.on("Network.webSocketFrameSent", tell("framesent"));
    this.#session.on("Network.webSocketClosed", tell("close"));
  }
}

class Socket {
  #listeners = [];

  on(name, listener) {
    this.#listeners.push({ name, listener });
  }

  tell(name) {
    for (const known of this.#listeners) if (known.name === name) known.listener();
  }
}
