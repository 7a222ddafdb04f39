// One user: a page of its own with an engine, whose events and traffic are recorded.

import { keysOf } from "../../types/declarations.mjs";
import { PATIENCE_MS, withDeadline } from "./deadline.mjs";
import { stats } from "./picture.mjs";

export class Client {
  /**
   * Events so far: `{name, args, at_ms}`. All times are from the machine's clock (`Date.now()`), which
   * pages, rig and server share: a page's `performance` clock runs at another rate, and is some
   * 100 ms off after a minute if the machine's clock is being corrected.
   */
  events = [];
  /** What happened to the page: `{name, persisted, onLine, visibility, at_ms}`, such as `offline`. */
  life = [];
  /** What the page has sent so far. */
  traffic = { requests: 0, sockets: 0, frames: 0 };
  /** Errors that nothing in the page caught. */
  pageErrors = [];
  /** WebSockets open right now. */
  openSockets = 0;
  page;
  userID;
  #server;
  #waits = new Set();
  #lifeWaits = new Set();

  /**
   * @param origin The origin of the page, at which the engine logs in; it may be a proxy's.
   * @param entry The package's script.
   */
  static async open(context, server, userID, origin = server.url, entry = "index.js") {
    const client = new Client(server, userID);
    await client.#open(context, origin, entry);
    return client;
  }

  constructor(server, userID) {
    this.#server = server;
    this.userID = userID;
  }

  async #open(context, origin, entry) {
    const page = await context.newPage();
    this.page = page;
    this.#countTraffic(page);
    page.on("pageerror", (error) => this.pageErrors.push(error));
    await page.exposeBinding("tellEvent", (_source, event) => this.#take(event));
    await page.exposeBinding("tellLife", (_source, event) => this.#live(event));
    await page.addInitScript(recordPeers);
    await page.addInitScript(recordLife);
    // A real page of the server's without scripts: a made-up one would count as public, and the
    // browser would refuse its sockets to this machine (local network access).
    await page.goto(`${origin}/health`);
    const { app } = await this.#server.devToken("any", this.userID);
    await page.evaluate(startEngine, { app, origin, entry, events: keysOf("EngineEvents") });
  }

  /** Logs in with a token of the server's. */
  async login(room, config = { userUpdate: true }) {
    const { token } = await this.#server.devToken(room, this.userID);
    const user = { userID: this.userID, userName: `${this.userID} by name` };
    return this.call("loginRoom", room, token, user, config);
  }

  /** Calls the engine; `{ $: "name" }` among the arguments stands for a value kept in the page. */
  async call(method, ...args) {
    const { value, error } = await this.attempt(method, ...args);
    if (error) throw Object.assign(new Error(`${method}: ${error.message}`), error);
    return value;
  }

  /** As `call`, but returns a failure as `error`, with `how`: "thrown" or "rejected". */
  attempt(method, ...args) {
    const outcome = this.page.evaluate(attemptInPage, { method, args });
    return withDeadline(outcome, PATIENCE_MS, () => this.#describe(`end of ${method}`, 0));
  }

  /** Publishes the fake camera; it is kept in the page as `local`. */
  async publish(streamID, options = {}) {
    await this.page.evaluate(async () => {
      globalThis.local ??= await globalThis.engine.createStream({ camera: {} });
    });
    return this.call("startPublishingStream", streamID, { $: "local" }, options);
  }

  /** Plays a stream into the page's video element; the stream is kept as `remote`. */
  play(streamID, options) {
    const show = async (args) => {
      globalThis.remote = await globalThis.engine.startPlayingStream(...args);
      globalThis.showRemote(globalThis.remote);
    };
    const shown = this.page.evaluate(show, [streamID, options]);
    return withDeadline(shown, PATIENCE_MS, () => this.#describe(`picture of ${streamID}`, 0));
  }

  /** The first event of that name of the page's life since then; waits for it if need be. */
  async untilLife(name, { since_ms = 0, deadline_ms = PATIENCE_MS } = {}) {
    const fits = (event) => event.name === name && event.at_ms >= since_ms;
    const found = this.life.find(fits);
    if (found) return found;
    const { promise, wait } = waiting(fits);
    this.#lifeWaits.add(wait);
    const late = () => `${this.#describe(name, 0)}\nlife: ${JSON.stringify(this.life)}`;
    return withDeadline(promise, deadline_ms, late).finally(() => this.#lifeWaits.delete(wait));
  }

  /** When each frame of the video was shown, on the clock of the events. */
  frames() {
    return this.page.evaluate(() => globalThis.frames);
  }

  /**
   * The longest gap between new frames from then on, in milliseconds, with its begin and end. The
   * time since the last frame counts too.
   */
  async longestGap({ since_ms = 0 } = {}) {
    const now_ms = Date.now();
    const frames = await this.frames();
    const before = frames.findLast((at_ms) => at_ms <= since_ms) ?? since_ms;
    const times = [before, ...frames.filter((at_ms) => at_ms > since_ms), now_ms];
    const gaps = times.slice(1).map((to_ms, i) => ({ gap_ms: to_ms - times[i], to_ms }));
    const { gap_ms, to_ms } = gaps.reduce((a, b) => (b.gap_ms > a.gap_ms ? b : a));
    return { gap_ms, from_ms: to_ms - gap_ms, to_ms };
  }

  /** When the first frame after that time was shown; waits for it if need be. */
  untilFrame({ after_ms, deadline_ms = PATIENCE_MS }) {
    const shown = this.page.evaluate(waitForFrame, after_ms);
    return withDeadline(shown, deadline_ms, () => this.#describe("new frame", 0));
  }

  /** Video frames decoded by all the page's peer connections so far. */
  async framesDecoded() {
    const streams = await stats(this.page, "inbound-rtp");
    return streams.reduce((sum, { framesDecoded = 0 }) => sum + framesDecoded, 0);
  }

  /** A place in the list of events, for `since`. */
  mark() {
    return this.events.length;
  }

  /**
   * The first event that matches; waits for it if need be.
   *
   * @param matches Called with the event's arguments.
   * @param options `since`: a mark; `deadline_ms`; `what`: a word for the error's message.
   */
  until(name, matches, { since = 0, deadline_ms = PATIENCE_MS, what = matches } = {}) {
    const fits = (event) => event.name === name && matches(...event.args);
    const found = this.events.slice(since).find(fits);
    if (found) return Promise.resolve(found);
    const { promise, wait } = waiting(fits);
    this.#waits.add(wait);
    return withDeadline(promise, deadline_ms, () =>
      this.#describe(`${name}: ${what}`, since),
    ).finally(() => this.#waits.delete(wait));
  }

  untilRoom(reason, options) {
    return this.until("roomStateChanged", (_room, now) => now === reason, {
      what: reason,
      ...options,
    });
  }

  untilUser(change, userID, options) {
    const has = (users) => users.some((user) => user.userID === userID);
    return this.until(
      "roomUserUpdate",
      (_room, now, users) => now === change && has(users),
      options,
    );
  }

  untilStream(change, id, options) {
    const has = (streams) => streams.some(({ streamID }) => streamID === id);
    const fits = (_room, now, streams) => now === change && has(streams);
    return this.until("roomStreamUpdate", fits, options);
  }

  untilPublisher(state, id, options) {
    const fits = (update) => update.state === state && update.streamID === id;
    return this.until("publisherStateUpdate", fits, options);
  }

  untilPlayer(state, id, options) {
    const fits = (update) => update.state === state && update.streamID === id;
    return this.until("playerStateUpdate", fits, options);
  }

  /** The arguments of all events of a name since a mark. */
  told(name, since = 0) {
    return this.events
      .slice(since)
      .filter((event) => event.name === name)
      .map(({ args }) => args);
  }

  /**
   * Waits until the page has finished everything under way: a request to the server and back, so
   * that all that was sent before has been counted, and all that was told has been recorded.
   */
  async settle() {
    const before = this.traffic.requests;
    await this.page.evaluate(async () => {
      await (await fetch("/health")).arrayBuffer();
      await globalThis.tellEvent(null);
    });
    if (this.traffic.requests === before) throw new Error("the page's requests are not counted");
    this.traffic.requests -= 1;
  }

  #take(event) {
    if (!event) return;
    this.events.push(event);
    for (const wait of this.#waits) wait.offer(event);
  }

  #live(event) {
    this.life.push(event);
    for (const wait of this.#lifeWaits) wait.offer(event);
  }

  #countTraffic(page) {
    page.on("request", () => {
      this.traffic.requests += 1;
    });
    page.on("websocket", (socket) => {
      this.traffic.sockets += 1;
      this.openSockets += 1;
      socket.on("close", () => {
        this.openSockets -= 1;
      });
      socket.on("framesent", () => {
        this.traffic.frames += 1;
      });
    });
  }

  #describe(missing, since) {
    const told = this.events
      .slice(since)
      .map((event) => JSON.stringify([event.name, ...event.args]));
    return [
      `${this.userID}: no ${missing}`,
      `told since: ${told.join("\n  ") || "nothing"}`,
      `page errors: ${this.pageErrors.join("\n  ") || "none"}`,
      `server log:\n${this.#server.log}`,
    ].join("\n");
  }
}

function waiting(fits) {
  const wait = {};
  const promise = new Promise((resolve) => {
    wait.offer = (event) => fits(event) && resolve(event);
  });
  return { promise, wait };
}

// The functions below run in the page.

function recordLife() {
  if (globalThis !== globalThis.top) return;
  const tell = ({ type, persisted = false }) => {
    globalThis.tellLife({
      name: type,
      persisted,
      onLine: navigator.onLine,
      visibility: document.visibilityState,
      at_ms: Date.now(),
    });
  };
  for (const name of ["online", "offline", "pageshow", "pagehide"]) addEventListener(name, tell);
  for (const name of ["visibilitychange", "freeze", "resume"]) {
    document.addEventListener(name, tell);
  }
}

async function waitForFrame(after_ms) {
  for (;;) {
    const at_ms = globalThis.frames.find((shown_ms) => shown_ms > after_ms);
    if (at_ms !== undefined) return at_ms;
    await new Promise((resolve) => globalThis.video.requestVideoFrameCallback(resolve));
  }
}

function recordPeers() {
  globalThis.peers = [];
  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      globalThis.peers.push(this);
    }
  };
}

async function startEngine({ app, origin, entry, events }) {
  const sdk = await import(`/sdk/${entry}`);
  await sdk.init();
  const engine = new sdk.ExpressEngine(app, origin);
  for (const name of events) {
    engine.on(name, (...args) => {
      globalThis.tellEvent({ name, args, at_ms: Date.now() });
    });
  }
  const video = document.createElement("video");
  video.autoplay = true;
  video.playsInline = true;
  document.body.append(video);
  globalThis.frames = [];
  const note = (now_ms, { presentationTime = now_ms }) => {
    globalThis.frames.push(Date.now() - performance.now() + presentationTime);
    // Enough for half an hour.
    if (globalThis.frames.length > 50_000) globalThis.frames.shift();
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
  globalThis.showRemote = (stream) => {
    video.srcObject = stream;
  };
  Object.assign(globalThis, { sdk, engine, app, video });
}

async function attemptInPage({ method, args }) {
  const values = args.map((arg) =>
    arg && typeof arg === "object" && "$" in arg ? globalThis[arg.$] : arg,
  );
  const describe = (error, how) => ({
    error: {
      how,
      isError: error instanceof Error,
      code: error?.code,
      errorCode: error?.errorCode,
      message: error?.message,
      msg: error?.msg,
      extendedData: error?.extendedData,
    },
  });
  let result;
  try {
    result = globalThis.engine[method](...values);
  } catch (error) {
    return describe(error, "thrown");
  }
  try {
    const value = await result;
    return { value: value instanceof MediaStream ? { id: value.id } : value };
  } catch (error) {
    return describe(error, "rejected");
  }
}
