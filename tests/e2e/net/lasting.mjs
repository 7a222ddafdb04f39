// How long a fault lasts, where that is the scene: not to be used to wait for an effect.

/** Resolves when a fault made at `at_ms` has lasted so long. */
export function lasted(at_ms, duration_ms) {
  return new Promise((resolve) => setTimeout(resolve, at_ms + duration_ms - Date.now()));
}
