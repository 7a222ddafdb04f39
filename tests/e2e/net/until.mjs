// Waits until a condition outside holds.

import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 10;

/**
 * Asks until the answer is truthy and returns it; throws once the time is up.
 *
 * @param what Words for the error, or a function that returns them.
 */
export async function until(what, ask, deadline_ms = 5000) {
  const end_ms = performance.now() + deadline_ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end_ms) {
      const words = typeof what === "function" ? await what() : what;
      throw new Error(`not within ${deadline_ms} ms: ${words}`);
    }
    await sleep(POLL_MS);
  }
}
