import { Engine } from "./holdfast.js";
import { release, streamMethods } from "./streams.js";

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

// The engine's methods that are scripts of this package: functions of a host and the arguments.
const SCRIPTED = { ...streamMethods };

/**
 * What the scripts stand on, one for each engine: the module's calls by name; `bad`, the error of
 * a bad argument; `captures`, the tracks captured for each stream; and `life`, an AbortSignal that
 * ends with the engine, the error of whatever is called later being its reason.
 */
function makeHost(appID, server) {
  const engine = new Engine(appID, server);
  const life = new AbortController();
  const host = { life: life.signal, captures: new Map() };
  [...METHODS, ...HOST_CALLS].forEach((name, place) => {
    host[name] = (a, b, c, d) => engine.call(place, a, b, c, d);
  });
  host.bad = (message) => host.failure(1100001, message);
  const { destroyEngine } = host;
  host.destroyEngine = () => {
    destroyEngine();
    life.abort(host.failure(1101000));
    for (const stream of host.captures.keys()) release(host, stream);
  };
  return host;
}

export class ExpressEngine {
  #host;

  constructor(appID, server) {
    this.#host = makeHost(appID, server);
  }

  static {
    for (const name of METHODS) {
      ExpressEngine.prototype[name] = function (a, b, c, d) {
        return this.#host[name](a, b, c, d);
      };
    }
    for (const name in SCRIPTED) {
      ExpressEngine.prototype[name] = function (...args) {
        return SCRIPTED[name](this.#host, ...args);
      };
    }
  }
}
