// The login: a token, an engine for the app, and the way into the room and out of it.

import { ExpressEngine } from "/sdk/index.js";

/** The server makes no tokens: it does not run with `--dev`. */
export class NoDevTokens extends Error {}

export class Session {
  #engine = null;
  #app = null;
  #onEngine;
  #isDev = false;

  /** @param onEngine Called with each new engine, before it is used. */
  constructor(onEngine) {
    this.#onEngine = onEngine;
  }

  get engine() {
    return this.#engine;
  }

  /** Whether the server is one for development, where things can be broken. */
  get isDev() {
    return this.#isDev;
  }

  /**
   * Logs in; without a login of the user's own, with a token of the server's. `window_s` is how long
   * everything is tried for, if not as long as is usual.
   */
  async join({ roomID, userID, userName, login, window_s }) {
    const { app, token } = login ?? (await devToken(roomID, userID));
    this.#isDev = !login;
    this.#useEngineOf(app, window_s);
    const user = { userID, userName };
    const config = { userUpdate: true, userConnectionUpdate: true };
    await this.#engine.loginRoom(roomID, token, user, config);
  }

  leave() {
    this.#engine.logoutRoom();
  }

  #useEngineOf(app, window_s) {
    if (this.#engine && this.#app === app) return;
    this.#engine?.destroyEngine();
    this.#engine = new ExpressEngine(app, location.origin);
    if (window_s) {
      this.#engine.setEngineConfig({ roomRetryTime: window_s, streamRetryTime: window_s });
    }
    this.#app = app;
    this.#onEngine(this.#engine);
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
