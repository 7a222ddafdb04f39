// Turns of the real event loop. What stands in for the browser's ports goes through them too, so
// that it can be known when an app has been told everything.

// Not the bundle's own `MessageChannel`, and not a timer, which tests like to fake.
const { MessageChannel } = globalThis;

const waiting = [];
let channel;

// How many of those that wait are the engines'; the others are worlds that wait for these.
let engines = 0;

// Calls back in a turn of its own, after what was asked for before.
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

// Until no engine waits for its turn any more: all listeners have been called, and what promises
// led to has run.
export async function quiet() {
  do {
    await new Promise(takeTurn);
  } while (engines > 0);
}
