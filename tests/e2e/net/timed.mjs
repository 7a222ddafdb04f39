// When a fault was made.

/** Does it; gives when it began and when it was done, and what it gave itself. */
export async function timed(work) {
  const at_ms = Date.now();
  const given = await work();
  return { ...given, at_ms, seen_ms: Date.now() };
}
