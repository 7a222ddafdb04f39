import { failure } from "./failure.js";

// How the methods of the compatible API begin. A list of those that are out of scope would weigh more
// than many of the methods that are there.
const METHOD =
  /^(add|call|create|destroy|enable|get|init|load|preset|remove|send|set|start|stop|unload|upload|use)([A-Z]|$)/;

/**
 * What stands behind a class, so that calling a method of the compatible API that is out of scope
 * says so. What does not look like one stays undefined: promises and test tools look for their own.
 */
export const unsupported = (behind) =>
  new Proxy(Object.create(behind), {
    get(target, name, self) {
      const found = Reflect.get(target, name, self);
      if (found !== undefined || !METHOD.test(String(name))) return found;
      return () => {
        throw failure(1101003, `${name} is not supported, see docs/migrating.md`);
      };
    },
  });
