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

export class ExpressEngine {
  #engine;

  constructor(appID, server) {
    this.#engine = new Engine(appID, server);
  }

  static {
    METHODS.forEach((name, place) => {
      ExpressEngine.prototype[name] = function (a, b, c, d) {
        return this.#engine.call(place, a, b, c, d);
      };
    });
  }
}
