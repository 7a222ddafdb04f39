// Turns of the real event loop. The stand-in for the browser's ports uses them too, so that
// `quiet` knows when an app has been told everything.

// The real `MessageChannel`, not the bundle's own, and not a timer, which tests often fake.
const { MessageChannel } = globalThis;

const waiting = [];
let channel;

// How many of the waiting callbacks are the engines'; the others are worlds that wait for those.
let engines = 0;

// Calls back in a turn of its own, after the callbacks that were queued before.
function takeTurn(callback) {
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const next = waiting.shift();
      // In Node an open port would keep the process from ending.
      if (waiting.length === 0) channel.port1.unref?.();
      next();
    };
  }
  if (waiting.push(callback) === 1) channel.port1.ref?.();
  channel.port2.postMessage(null);
}

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
    await new Promise(takeTurn);
  } while (engines > 0);
}
