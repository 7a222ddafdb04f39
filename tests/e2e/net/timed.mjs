// The time at which a fault was made.

/** Does the work; returns when it began, when it was done, and the work's own result. */
export async function timed(work) {
  const at_ms = Date.now();
  const given = await work();
  return { ...given, at_ms, seen_ms: Date.now() };
}
