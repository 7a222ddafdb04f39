// Loads and starts the module of an entry that has it in a file of its own.

/** @import { ModuleSource } from "./index.js" */

import { compile } from "./load.js";
import { start } from "./module.js";

/** @type {Promise<void> | undefined} */
let loaded;

/**
 * Further calls return the first one's promise, whatever their source.
 *
 * @param {ModuleSource | PromiseLike<Response | WebAssembly.Module>} source
 */
export function loadOnce(source) {
  loaded ??= load(source).catch((error) => {
    loaded = undefined; // a failed load can be tried again
    throw error;
  });
  return loaded;
}

/** @param {ModuleSource | PromiseLike<Response | WebAssembly.Module>} source */
async function load(source) {
  await start(await compile(await source));
}
