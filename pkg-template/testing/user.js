import { ExpressEngine } from "../engine.js";

const APP_ID = 1;

// The engine of one device, which knows the user ID to log in with.
export class User extends ExpressEngine {
  #userID;

  constructor(address, userID) {
    super(APP_ID, address);
    this.#userID = userID;
  }

  get userID() {
    return this.#userID;
  }

  login(roomID, config) {
    const user = { userID: this.#userID, userName: this.#userID };
    return this.loginRoom(roomID, "simulated", user, { userUpdate: true, ...config });
  }
}
