// The login: a token, an engine for the app, and the way into the room and out of it.

import { ExpressEngine } from "/sdk/index.js";

const QUALITY_MS = 1000;
const SOUND_MS = 250;
/** The app of a server that is not told another, until a login names its own. */
const APP_USUAL = 1;

/** The server makes no tokens: it does not run with `--dev`. */
export class NoDevTokens extends Error {}

export class Session {
  #engine = null;
  #app = null;
  #window_s;
  #onEngine;
  #isDev = false;

  /**
   * @param window_s How long everything is tried for, if not as long as is usual.
   * @param onEngine Called with each new engine, before it is used and before the last one ends.
   */
  constructor(window_s, onEngine) {
    this.#window_s = window_s;
    this.#onEngine = onEngine;
  }

  get engine() {
    return this.#engine;
  }

  /** Whether the server is one for development, where things can be broken. */
  get isDev() {
    return this.#isDev;
  }

  /** Makes an engine, if there is none, so that devices can be looked at before a login. */
  prepare() {
    if (!this.#engine) this.#useEngineOf(APP_USUAL);
  }

  /** Logs in; without a login of the user's own, with a token of the server's. */
  async join({ roomID, userID, userName, login }) {
    const { app, token } = login ?? (await devToken(roomID, userID));
    this.#isDev = !login;
    this.#useEngineOf(app);
    const user = { userID, userName };
    const config = { userUpdate: true, userConnectionUpdate: true };
    await this.#engine.loginRoom(roomID, token, user, config);
  }

  leave() {
    this.#engine.logoutRoom();
  }

  #useEngineOf(app) {
    if (this.#app === app) return;
    const last = this.#engine;
    this.#engine = new ExpressEngine(app, location.origin);
    const windows = { roomRetryTime: this.#window_s, streamRetryTime: this.#window_s };
    this.#engine.setEngineConfig({
      publishQualityInterval: QUALITY_MS,
      playQualityInterval: QUALITY_MS,
      ...(this.#window_s && windows),
    });
    this.#engine.setSoundLevelDelegate(true, SOUND_MS);
    this.#app = app;
    this.#onEngine(this.#engine);
    last?.destroyEngine();
  }
}

async function devToken(room, user) {
  const response = await fetch("/dev/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ room, user }),
  });
  if (response.status === 404 || response.status === 405) throw new NoDevTokens();
  if (!response.ok) throw new Error(`The server gave no token: HTTP ${response.status}.`);
  return response.json();
}
