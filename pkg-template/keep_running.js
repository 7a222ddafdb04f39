/** Events that let an audio context resume: user gestures, and the page becoming visible. */
const CHANCES = ["pointerdown", "pointerup", "click", "keydown", "visibilitychange"];

/**
 * Resumes an audio context whenever it is suspended, as by a phone call, until it is closed.
 *
 * @param {AudioContext} context
 */
export function keepRunning(context) {
  /** @type {AbortController | undefined} */
  let waiting;
  const resume = () => context.resume().catch(() => {});
  const look = () => {
    if (["running", "closed"].includes(context.state)) {
      waiting?.abort();
      waiting = undefined;
      return;
    }
    resume();
    if (waiting) return;
    // Some browsers resume only after a user gesture, or while the page is visible.
    waiting = new AbortController();
    const { signal } = waiting;
    for (const chance of CHANCES) {
      document.addEventListener(chance, resume, { capture: true, signal });
    }
  };
  context.addEventListener("statechange", look);
  look();
}
