// A publisher and a player of one stream by one program, one of them on the client whose network is
// broken. A program adds `linked`, `hasMedia`, and `begin`.

import { until } from "../until.mjs";
import { PATIENCE_MS } from "./page.mjs";

export class Pair {
  ground;
  /** Who is on the broken network: "publisher" or "player". */
  cut;
  publisher;
  player;
  /** The sides that have a link of their own; "lost" and "back" tell its loss and return. */
  linked = [];
  /** Whether it has media at all. */
  hasMedia = true;

  /** @param pages The page on the client and the one on the second client. */
  constructor(ground, cut, [near, far]) {
    this.ground = ground;
    this.cut = cut;
    [this.publisher, this.player] = cut === "publisher" ? [near, far] : [far, near];
  }

  /** The page whose network is broken. */
  get near() {
    return this[this.cut];
  }

  /** The server whose restart it waits for. */
  get server() {
    return "holdfast";
  }

  /** New documents, as if just opened, without a past. */
  renew() {
    return Promise.all([this.publisher.renew(), this.player.renew()]);
  }

  /** Waits for a moving picture. */
  async untilPlaying() {
    const since_ms = Date.now();
    const question = { fault_ms: since_ms, deadline_ms: PATIENCE_MS };
    const seen = await this.player.whenFlowing(question);
    if (!seen) throw new Error(`no picture: ${await this.player.toldSince(0)}`);
    await until("media of the publisher", async () => {
      const used = await this.near.usedAddresses();
      return used.length > 0;
    });
  }

  /** What happened on both sides since then, to explain why it took so long. */
  async account(since_ms) {
    const told = async (side) => [side, await this[side].toldSince(since_ms)];
    return Object.fromEntries(await Promise.all(["publisher", "player"].map(told)));
  }

  close() {
    return Promise.all([this.publisher.close(), this.player.close()]);
  }
}
