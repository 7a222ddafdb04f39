// Compiling the WebAssembly module from wherever the app has it. Each way to fail says what is wrong.

import { failure } from "./failure.js";

/** The failure of a module that cannot be had. */
export const notLoaded = (what) =>
  failure(1101010, `the WebAssembly module could not be loaded: ${what}`);

/** The module at an address, in an answer or of bytes; a compiled one is taken as it is. */
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

async function fetched(address) {
  try {
    return await fetch(address);
  } catch ({ message }) {
    throw notLoaded(`${address.url ?? address}: ${message}`);
  }
}

async function compiledAnswer(answer) {
  const wrong = (what) => notLoaded(`${answer.url} ${what}`);
  if (!answer.ok) throw wrong(`answers with HTTP ${answer.status}`);
  const whole = answer.clone();
  try {
    return await WebAssembly.compileStreaming(answer);
  } catch {
    // Another MIME type than application/wasm is enough to be refused.
  }
  const bytes = await whole.arrayBuffer().catch(({ message }) => {
    throw wrong(`broke off: ${message}`);
  });
  return WebAssembly.compile(bytes).catch(({ message }) => {
    const type = answer.headers.get("Content-Type") ?? "of no type";
    throw wrong(`${isModule(bytes) ? "does not compile" : `is no module but ${type}`}: ${message}`);
  });
}

/** Whether bytes begin as a module does. A server's page for unknown addresses does not. */
const isModule = (bytes) => new TextDecoder().decode(bytes.slice(0, 4)) === "\0asm";
