import { failure } from "./failure.js";

// The words that the compatible API's methods begin with. A list of the unsupported methods would
// be larger than many of the supported methods.
const METHOD =
  /^(add|call|create|destroy|enable|get|init|load|preset|remove|send|set|start|stop|unload|upload|use)([A-Z]|$)/;

/**
 * A prototype for a class. Calling a method of the compatible API that the class lacks throws an
 * error that says so. Other names stay undefined: promises and test tools probe for their own.
 *
 * @param {object} behind What the class would have as its prototype.
 */
export const unsupported = (behind) =>
  new Proxy(Object.create(behind), {
    get(target, name, self) {
      const found = Reflect.get(target, name, self);
      const method = String(name);
      if (found !== undefined || !METHOD.test(method)) return found;
      return () => {
        throw failure(1101003, `${method} is not supported, see docs/migrating.md`);
      };
    },
  });
