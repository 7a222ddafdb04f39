// A lock over all test programs of this machine, for work so costly that scenes running beside it
// would suffer. One holder at a time.

import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** An abstract address: whoever listens on it holds the gate, and loses it when it ends. */
const ADDRESS = "\0holdfast-net-gate";
const POLL_MS = 50;

/** Does the work once no other program does such work. */
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
