// One at a time, over all test programs of this machine: what costs so much that scenes which are
// under way beside it would suffer.

import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** An abstract address: whoever listens on it has the gate, and loses it with its end. */
const ADDRESS = "\0holdfast-net-gate";
const POLL_MS = 50;

/** Does the work once no other does such work. */
export async function oneAtATime(work) {
  const gate = await enter();
  try {
    return await work();
  } finally {
    gate.close();
  }
}

async function enter() {
  for (;;) {
    const gate = createServer();
    gate.listen(ADDRESS);
    try {
      await once(gate, "listening");
      return gate;
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
      await sleep(POLL_MS);
    }
  }
}
