import { Host } from "./host.js";
import { roomMethods } from "./rooms.js";
import { streamMethods } from "./streams.js";

// The engine's methods: functions of a host and the arguments.
const METHODS = { ...roomMethods, ...streamMethods };

export class ExpressEngine {
  #host;

  constructor(appID, server) {
    this.#host = new Host(appID, server);
  }

  static {
    for (const name in METHODS) {
      ExpressEngine.prototype[name] = function (...args) {
        return METHODS[name](this.#host, ...args);
      };
    }
  }
}
