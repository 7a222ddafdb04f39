// Compiles the WebAssembly module from the source that the app gives. Errors say what is wrong.

/** @import { ModuleSource } from "./index.js" */

import { failure } from "./failure.js";

/**
 * The error for a module that cannot be loaded.
 *
 * @param {string} what
 */
export const notLoaded = (what) =>
  failure(1101010, `the WebAssembly module could not be loaded: ${what}`);

/**
 * Compiles the module from an address, a response or bytes; returns a compiled one as it is.
 *
 * @param {ModuleSource} source
 */
export async function compile(source) {
  if (!globalThis.WebAssembly) throw notLoaded("this browser allows no WebAssembly");
  if (source instanceof WebAssembly.Module) return source;
  const isAddress =
    typeof source === "string" || source instanceof URL || source instanceof Request;
  const answer = isAddress ? await fetched(source) : source;
  if (answer instanceof Response) return compiledAnswer(answer);
  return WebAssembly.compile(answer).catch(({ message }) => {
    throw notLoaded(message);
  });
}

/** @param {string | URL | Request} address */
async function fetched(address) {
  try {
    return await fetch(address);
  } catch (error) {
    const url = address instanceof Request ? address.url : address;
    throw notLoaded(`${url}: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {Response} answer */
async function compiledAnswer(answer) {
  /** @param {string} what */
  const wrong = (what) => notLoaded(`${answer.url} ${what}`);
  if (!answer.ok) throw wrong(`answers with HTTP ${answer.status}`);
  const whole = answer.clone();
  try {
    return await WebAssembly.compileStreaming(answer);
  } catch {
    // Streaming refuses every MIME type but application/wasm, so compile the bytes instead.
  }
  const bytes = await whole.arrayBuffer().catch(({ message }) => {
    throw wrong(`broke off: ${message}`);
  });
  return WebAssembly.compile(bytes).catch(({ message }) => {
    const type = answer.headers.get("Content-Type") ?? "of no type";
    throw wrong(`${isModule(bytes) ? "does not compile" : `is no module but ${type}`}: ${message}`);
  });
}

/**
 * Whether bytes begin as a module does; a server's page for an unknown address does not.
 *
 * @param {ArrayBuffer} bytes
 */
const isModule = (bytes) => new TextDecoder().decode(bytes.slice(0, 4)) === "\0asm";
