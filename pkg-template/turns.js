/** A turn of the event loop, which unlike a timer's is not put off while the page is hidden. */
const nextTurn = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

/** What the app is to be told, in order, from a microtask: a listener may call anything. */
export class Turns {
  #queue = [];
  #isRunning = false;

  /** Has `tell` called; after one that settles a promise, the others wait a turn. */
  async push(tell, isSettled) {
    this.#queue.push([tell, isSettled]);
    if (this.#isRunning) return;
    this.#isRunning = true;
    await 0;
    while (this.#queue.length) {
      const [next, wasSettled] = this.#queue.shift();
      next();
      // Apps add listeners after `await loginRoom`, and are to hear what came with it.
      if (wasSettled) await nextTurn();
    }
    this.#isRunning = false;
  }
}
