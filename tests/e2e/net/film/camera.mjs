// Pictures of several pages at once, again and again.

const EVERY_MS = 250;

export class Camera {
  /** `{atMs, caption, sinceMs, pictures}`: when, on the clock of `Date.now()`, and a PNG each page. */
  frames = [];
  #pages;

  constructor(pages) {
    this.#pages = pages;
  }

  /** Films for so long; `sinceMs` is when what the caption tells happened. */
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
