// Turns of the real event loop. The stand-in for the browser's ports uses them too, so that
// `quiet` knows when an app has been told everything.

// The real `MessageChannel`, not the bundle's own, and not a timer, which tests often fake.
const { MessageChannel } = globalThis;

/**
 * A port, which in Node keeps the process from ending while it is open.
 *
 * @typedef {MessagePort & { ref?(): void, unref?(): void }} Port
 */

/** @type {(() => void)[]} */
const waiting = [];
/** @type {ReturnType<typeof openChannel> | undefined} */
let channel;

// How many of the waiting callbacks are the engines'; the others are worlds that wait for those.
let engines = 0;

function openChannel() {
  /** @type {{ port1: Port, port2: MessagePort }} */
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const next = waiting.shift();
    if (waiting.length === 0) channel.port1.unref?.();
    next?.();
  };
  return channel;
}

/**
 * Calls back in a turn of its own, after the callbacks that were queued before.
 *
 * @param {() => void} callback
 */
function takeTurn(callback) {
  channel ??= openChannel();
  if (waiting.push(callback) === 1) channel.port1.ref?.();
  channel.port2.postMessage(null);
}

/** @param {() => void} callback */
export function takeEngineTurn(callback) {
  engines += 1;
  takeTurn(() => {
    engines -= 1;
    callback();
  });
}

// Waits until no engine waits for its turn: then all listeners have been called, and the code
// behind promises has run.
export async function quiet() {
  do {
    await new Promise((resolve) => takeTurn(() => resolve(undefined)));
  } while (engines > 0);
}
