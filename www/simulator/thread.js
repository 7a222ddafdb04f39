// Calls into the worker, as promises.

const MODULE = "/simulator-module/simulator.js";
const ASK_AGAIN_MS = 1_000;
const NOT_LOADED =
  "The simulator's module does not load. `cargo xtask build` makes it; the server serves it.";

/** Waits until the server has the module, which `cargo xtask demo` builds last; calls `tell`. */
export async function untilBuilt(tell) {
  const isBuilt = async () => (await fetch(MODULE, { method: "HEAD" }).catch(() => null))?.ok;
  while (!(await isBuilt())) {
    tell(
      "The simulator's module is not built yet, and this page goes on once it is. " +
        "`cargo xtask demo` builds it after all else; `cargo xtask build` makes it, too.",
    );
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

export class Thread {
  #worker;
  #waiting = new Map();
  #count = 0;

  /** Starts a fresh worker. Calls to the worker before it are never answered. */
  renew() {
    this.#worker?.terminate();
    this.#waiting.clear();
    this.#worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => this.#settle(data));
    this.#worker.addEventListener("error", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(NOT_LOADED));
      this.#waiting.clear();
    });
  }

  /** Calls the worker; a failed call throws. */
  call(command, ...args) {
    const { promise, resolve, reject } = Promise.withResolvers();
    this.#count += 1;
    this.#waiting.set(this.#count, { resolve, reject });
    this.#worker.postMessage({ id: this.#count, command, args });
    return promise;
  }

  #settle({ id, value, message }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (message === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(message));
  }
}
