// A page of the benchmark, the same for all programs; recorder.mjs says what it records.

import { withDeadline } from "../../harness/deadline.mjs";
import { probe } from "./probe.mjs";
import { record } from "./recorder.mjs";

/** How long a step of the preparation may take. */
export const PATIENCE_MS = 20_000;
/** Media counts as back after it has flowed for this long. */
const CALM_MS = 500;

export class BenchPage {
  /** Where it is: "client", whose network is broken, or "second". */
  role;
  #context;
  #page;
  #url;

  /** @param script A program by others, with which every document of the page starts. */
  static async open(ground, role, script) {
    const page = new BenchPage();
    page.role = role;
    const browser = ground.browsers[role];
    page.#context = await browser.newContext();
    page.#page = await page.#context.newPage();
    // A real page of the server's, without scripts.
    page.#url = `${browser.origin(ground.server)}/health`;
    await page.#page.addInitScript(record);
    if (ground.isProbed) await page.#page.addInitScript(probe);
    if (script) await page.#page.addInitScript({ content: script });
    return page;
  }

  /** Gives it a new document, as if just opened. */
  async renew() {
    await this.#page.goto(this.#url);
  }

  /** Runs a function in the page. */
  run(work, argument, deadline_ms = PATIENCE_MS) {
    const done = this.#page.evaluate(work, argument);
    return withDeadline(done, deadline_ms, () => `the page does not end ${work.name || work}`);
  }

  /** When one of these words was first told after that time; `null`: not in time. */
  whenTold(words, { after_ms = 0, deadline_ms = PATIENCE_MS } = {}) {
    const question = { words, after_ms, deadline_ms };
    return this.run((asked) => globalThis.whenTold(asked), question, deadline_ms + PATIENCE_MS);
  }

  /** The gap in the media that a fault made; `null`: media is not back in time. */
  whenFlowing({ fault_ms, after_ms = fault_ms, deadline_ms = PATIENCE_MS }) {
    const question = { fault_ms, after_ms, deadline_ms, calm_ms: CALM_MS };
    return this.run((asked) => globalThis.whenFlowing(asked), question, deadline_ms + PATIENCE_MS);
  }

  /** Waits until the browser would offer candidates of exactly these addresses. */
  async untilGathering(addresses) {
    const wanted = [...addresses].sort().join();
    const ask = async ([expected, deadline_ms]) =>
      globalThis.ask(async () => {
        const now = (await globalThis.gatheredAddresses()).sort().join();
        return now === expected ? now : null;
      }, deadline_ms);
    const found = await this.run(ask, [wanted, PATIENCE_MS], 2 * PATIENCE_MS);
    if (!found) throw new Error(`the browser does not offer ${wanted}`);
  }

  /** The addresses that its media uses. */
  usedAddresses() {
    return this.run(() => globalThis.usedAddresses());
  }

  /** Everything told and fetched since then, in order: `"+123 ms word"`. */
  toldSince(since_ms) {
    return this.run((since) => {
      const start_ms = Date.now() - performance.now();
      const fetched = performance.getEntriesByType("resource").map((entry) => {
        const { name, startTime, duration, responseStatus } = entry;
        const { pathname } = new URL(name);
        const word = `fetch ${pathname} ${responseStatus} took ${Math.round(duration)} ms`;
        return { word, at_ms: start_ms + startTime };
      });
      const later = [...globalThis.told, ...fetched].filter(({ at_ms }) => at_ms >= since);
      later.sort((a, b) => a.at_ms - b.at_ms);
      return later.map(({ word, at_ms }) => `+${Math.round(at_ms - since)} ms ${word}`);
    }, since_ms);
  }

  close() {
    return this.#context.close();
  }
}
