// Calls into the worker, as promises.

const NOT_BUILT =
  "The simulator's module does not load. `cargo xtask build` makes it; the server serves it.";

export class Thread {
  #worker;
  #waiting = new Map();
  #count = 0;

  /** A worker with nothing of an earlier one in it, whose calls are never answered. */
  renew() {
    this.#worker?.terminate();
    this.#waiting.clear();
    this.#worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => this.#settle(data));
    this.#worker.addEventListener("error", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(NOT_BUILT));
      this.#waiting.clear();
    });
  }

  /** Has the worker do something; a failed call throws. */
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
