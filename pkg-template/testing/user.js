/** @import { RoomConfig } from "../index.js" */
/** @import { TestUser } from "../testing.js" */

import { ExpressEngine } from "../engine.js";

const APP_ID = 1;

/**
 * The engine of one device, which knows the user ID to log in with.
 *
 * @implements {TestUser}
 */
export class User extends ExpressEngine {
  #userID;

  /**
   * @param {string} address
   * @param {string} userID
   */
  constructor(address, userID) {
    super(APP_ID, address);
    this.#userID = userID;
  }

  get userID() {
    return this.#userID;
  }

  /**
   * @param {string} roomID
   * @param {RoomConfig} [config]
   */
  login(roomID, config) {
    const user = { userID: this.#userID, userName: this.#userID };
    return this.loginRoom(roomID, "simulated", user, { userUpdate: true, ...config });
  }
}
