// Lets a fault last for a given time, if that is the scene. Do not use it to wait for an effect.

/** Resolves when a fault made at `at_ms` has lasted `duration_ms`. */
export function lasted(at_ms, duration_ms) {
  return new Promise((resolve) => setTimeout(resolve, at_ms + duration_ms - Date.now()));
}
