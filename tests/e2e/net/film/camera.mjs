// Pictures of several pages at once, over and over.

const EVERY_MS = 250;

export class Camera {
  /** `{atMs, caption, sinceMs, pictures}`: the time by `Date.now()`, and one PNG a page. */
  frames = [];
  #pages;

  constructor(pages) {
    this.#pages = pages;
  }

  /** Films for that long; `sinceMs` is when the event in the caption happened. */
  async record(duration_ms, caption, sinceMs = null) {
    const end_ms = Date.now() + duration_ms;
    while (Date.now() < end_ms) {
      const atMs = Date.now();
      const pictures = await Promise.all(this.#pages.map((page) => page.screenshot()));
      this.frames.push({ atMs, caption, sinceMs, pictures });
      await new Promise((resolve) => setTimeout(resolve, atMs + EVERY_MS - Date.now()));
    }
  }
}
