/** What a page may have its sound started by, and what it comes back by. */
const CHANCES = ["pointerdown", "pointerup", "click", "keydown", "visibilitychange"];

/** Resumes an audio context until it is closed: a phone call, for one, suspends it. */
export function keepRunning(context) {
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
    // Some browsers want a gesture of the user for it, or the page to be seen.
    waiting = new AbortController();
    const { signal } = waiting;
    for (const chance of CHANCES) {
      document.addEventListener(chance, resume, { capture: true, signal });
    }
  };
  context.addEventListener("statechange", look);
  look();
}
