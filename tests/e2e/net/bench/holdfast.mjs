// The SDK itself.

import { BenchPage } from "./page.mjs";
import { Pair } from "./pair.mjs";

const CAMERA = { videoQuality: 4, width: 640, height: 480, frameRate: 20 };

export const holdfast = {
  name: "holdfast",
  cuts: ["publisher", "player"],
  whyNot: async () => null,
  openPair: async (ground, cut) => {
    const pages = [await BenchPage.open(ground, "client"), await BenchPage.open(ground, "second")];
    return new HoldfastPair(ground, cut, pages);
  },
};

/** A page that is logged in to a room of its own. */
export async function openIdle(ground, role) {
  const page = await BenchPage.open(ground, role);
  await page.renew();
  await logIn(ground, page, ground.name("room"));
  return page;
}

async function logIn(ground, page, room) {
  const user = ground.name("user");
  const { app, token } = await ground.server.devToken(room, user);
  await page.run(join, { app, room, user, token });
}

class HoldfastPair extends Pair {
  linked = ["publisher", "player"];

  async begin({ withMedia }) {
    await this.renew();
    const room = this.ground.name("room");
    await logIn(this.ground, this.publisher, room);
    await logIn(this.ground, this.player, room);
    if (!withMedia) return;
    const stream = this.ground.name("stream");
    await this.publisher.run(publish, { stream, camera: CAMERA });
    await this.player.run(play, stream);
  }

  /** Adds the engine's own record of what it tried, when, and for how long. */
  async account(since_ms) {
    const told = await super.account(since_ms);
    for (const side of this.linked) told[`${side} timeline`] = await this[side].run(timeline);
    return told;
  }
}

// The functions below run in the page.

async function join({ app, room, user, token }) {
  const sdk = await import("/sdk/index.js");
  await sdk.init();
  const engine = new sdk.ExpressEngine(app, location.origin);
  const words = { RECONNECTING: "lost", RECONNECTED: "back" };
  engine.on("roomStateChanged", (_room, reason) => globalThis.tell(words[reason] ?? reason));
  for (const name of ["publisherStateUpdate", "playerStateUpdate"]) {
    engine.on(name, ({ state }) => globalThis.tell(state));
  }
  const added = new Promise((resolve) => {
    engine.on("roomStreamUpdate", (_room, change) => change === "ADD" && resolve());
  });
  Object.assign(globalThis, { engine, added });
  await engine.loginRoom(room, token, { userID: user, userName: user }, { userUpdate: true });
}

async function publish({ stream, camera }) {
  const media = await globalThis.engine.createStream({ camera });
  await globalThis.engine.startPublishingStream(stream, media);
}

async function play(stream) {
  await globalThis.added;
  globalThis.video.srcObject = await globalThis.engine.startPlayingStream(stream);
}

function timeline() {
  const start_ms = Date.now() - performance.now();
  const since_1970_ms = (atMs) => Math.round(start_ms + atMs);
  return globalThis.engine
    .timeline()
    .map(({ atMs, ...rest }) => ({ at_ms: since_1970_ms(atMs), ...rest }));
}
