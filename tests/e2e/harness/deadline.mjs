// Waiting with a deadline.

/** How long a wait may take, in milliseconds, where a test has no bound of its own to prove. */
export const PATIENCE_MS = 15_000;

/**
 * The promise's outcome, or a rejection once the time is up.
 *
 * @param describe Called for the error's message.
 */
export async function withDeadline(promise, deadline_ms, describe) {
  let timer;
  const timeUp = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(describe())), deadline_ms);
  });
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
