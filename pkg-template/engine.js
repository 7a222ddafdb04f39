import { Engine } from "./holdfast.js";

// In the order of `dispatch.rs`.
const METHODS = [
  "getVersion",
  "setEngineConfig",
  "on",
  "once",
  "off",
  "loginRoom",
  "switchRoom",
  "logoutRoom",
  "renewToken",
  "createStream",
  "destroyStream",
  "startPublishingStream",
  "stopPublishingStream",
  "startPlayingStream",
  "stopPlayingStream",
  "sendBroadcastMessage",
  "sendBarrageMessage",
  "sendCustomCommand",
  "setRoomExtraInfo",
  "setStreamExtraInfo",
  "timeline",
  "destroyEngine",
  "simulate", // dev builds only
];

// What follows them there, for the scripts of this package alone.
const HOST_CALLS = ["observe", "emit", "failure", "connections"];

export class ExpressEngine {
  #engine;
  #host;

  constructor(appID, server) {
    const engine = new Engine(appID, server);
    this.#engine = engine;
    const host = {};
    HOST_CALLS.forEach((name, place) => {
      host[name] = (a, b) => engine.call(METHODS.length + place, a, b);
    });
    this.#host = host;
  }

  static {
    METHODS.forEach((name, place) => {
      ExpressEngine.prototype[name] = function (a, b, c, d) {
        return this.#engine.call(place, a, b, c, d);
      };
    });
  }
}
