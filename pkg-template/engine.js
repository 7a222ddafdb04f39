import { deviceMethods } from "./devices.js";
import { Host } from "./host.js";
import { logMethods } from "./log.js";
import { needModule } from "./module.js";
import { muteMethods } from "./mute.js";
import { playMuteMethods } from "./play_mute.js";
import { qualityMethods } from "./quality.js";
import { requirementMethods } from "./requirements.js";
import { roomMethods } from "./rooms.js";
import { settingMethods } from "./settings.js";
import { soundMethods } from "./sound.js";
import { streamMethods } from "./streams.js";
import { trackMethods } from "./tracks.js";
import { unsupported } from "./unsupported.js";
import { viewMethods } from "./view.js";
import { volumeMethods } from "./volume.js";

// The engine's methods: functions of a host and the arguments.
const METHODS = {
  ...roomMethods,
  ...muteMethods,
  ...playMuteMethods,
  ...qualityMethods,
  ...soundMethods,
  ...logMethods,
  ...streamMethods,
  ...trackMethods,
  ...deviceMethods,
  ...settingMethods,
  ...volumeMethods,
  ...viewMethods,
  ...requirementMethods,
};

export class ExpressEngine {
  #host;

  constructor(appID, server) {
    needModule();
    this.#host = new Host(appID, server);
  }

  static {
    for (const name in METHODS) {
      ExpressEngine.prototype[name] = function (...args) {
        return METHODS[name](this.#host, ...args);
      };
    }
    Object.setPrototypeOf(ExpressEngine.prototype, unsupported(Object.prototype));
    Object.setPrototypeOf(ExpressEngine, unsupported(Function.prototype));
  }
}
