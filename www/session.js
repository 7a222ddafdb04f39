// The login: gets a token, makes an engine for the app, joins the room and leaves it.

import { ExpressEngine } from "/sdk/index.js";

const QUALITY_MS = 1000;
const SOUND_MS = 250;
/** The app number that a server has by default. A login may name another. */
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
   * @param window_s The retry window for room and streams, if not the default.
   * @param onEngine Called with each new engine, before it is used and before the last one ends.
   */
  constructor(window_s, onEngine) {
    this.#window_s = window_s;
    this.#onEngine = onEngine;
  }

  get engine() {
    return this.#engine;
  }

  /** Whether the server is a development server, which can make faults. */
  get isDev() {
    return this.#isDev;
  }

  /** Makes an engine, if there is none, so that devices can be used before a login. */
  prepare() {
    if (!this.#engine) this.#useEngineOf(APP_USUAL);
  }

  /** Logs in with the user's own login or, without one, with a token from the server. */
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
