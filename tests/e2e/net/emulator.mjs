// The network emulator between the router and the server (tests/netem).

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { LineProgram } from "./lines.mjs";
import { LINKS, PATHS } from "./topology.mjs";

const PROGRAM =
  process.env.HOLDFAST_NETEM ??
  fileURLToPath(new URL("../../../target/debug/holdfast-netem", import.meta.url));

/** A path that does nothing to its packets. */
export const CLEAR = {
  delay_ms: 0,
  jitter_ms: 0,
  loss: 0,
  rate_kbit: 0,
  queue_ms: 300,
  blackhole: "none",
};

export class Emulator {
  #program;

  static async start(namespaces, seed = 1) {
    const ends = [namespaces.of("router"), "srv0", namespaces.of("server"), "srv0"];
    const emulator = new Emulator();
    emulator.#program = await LineProgram.start(PROGRAM, [...ends, String(seed), ...PATHS]);
    return emulator;
  }

  get pid() {
    return this.#program.pid;
  }

  /** Shapes the packets of these links in these directions; whatever is not named is clear. */
  async set(links, directions, shape) {
    const whole = { ...CLEAR, ...shape };
    const pairs = links.flatMap((path) => directions.map((direction) => ({ path, direction })));
    const set = pairs.map((pair) => ({ ...pair, shape: whole }));
    const { links: now } = await this.#program.ask({ set });
    for (const { path, direction } of pairs) {
      const known = now.find((link) => link.path === path && link.direction === direction);
      assert.deepEqual(known.shape, whole, `${path} ${direction}`);
    }
  }

  clear() {
    return this.set(Object.keys(LINKS), ["up", "down"], {});
  }

  /** `{shape, passed, lost, swallowed, overflowed}` of a link in a direction, since the start. */
  async counters(path, direction) {
    const { links } = await this.#program.ask({ report: {} });
    return links.find((link) => link.path === path && link.direction === direction);
  }

  close() {
    return this.#program.close();
  }
}
