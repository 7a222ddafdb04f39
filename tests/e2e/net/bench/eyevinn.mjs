// @eyevinn/whip-web-client and @eyevinn/webrtc-player, used as their READMEs show, with our own
// server and its stream tokens. They have no link beside the media.

import { have } from "../../../interop/programs.mjs";
import { BenchPage } from "./page.mjs";
import { Pair } from "./pair.mjs";
import { scriptOf } from "./script.mjs";

const PUBLISH = "@eyevinn/whip-web-client";
const PLAY = "@eyevinn/webrtc-player";

export const eyevinn = {
  name: "whip-web-client, webrtc-player",
  cuts: ["publisher", "player"],
  hasRow: (row) => row !== "a" && row !== "b",
  whyNot: async () => (await have("npm")).reason ?? null,
  openPair: async (ground, cut) => {
    const [near, far] = cut === "publisher" ? [PUBLISH, PLAY] : [PLAY, PUBLISH];
    return new EyevinnPair(ground, cut, [
      await BenchPage.open(ground, "client", await scriptOf(near)),
      await BenchPage.open(ground, "second", await scriptOf(far)),
    ]);
  },
};

class EyevinnPair extends Pair {
  async begin() {
    await this.renew();
    const room = this.ground.name("room");
    const stream = this.ground.name("stream");
    const token = (direction) =>
      this.ground.streamToken({ room, user: this.ground.name(direction), stream, direction });
    const path = (word) => `/${word}/${stream}`;
    await this.publisher.run(publish, { path: path("whip"), token: await token("publish") });
    // Players can have the stream once its media flows.
    await this.publisher.run(() => globalThis.connected);
    await this.player.run(play, { path: path("whep"), token: await token("play") });
  }
}

// The functions below run in the page.

async function publish({ path, token }) {
  const endpoint = location.origin + path;
  const opts = { authkey: token, iceServers: [] };
  const client = new globalThis.Package.WHIPClient({ endpoint, opts });
  globalThis.client = client;
  const video = { width: 640, height: 480, frameRate: 20 };
  await client.ingest(await navigator.mediaDevices.getUserMedia({ video, audio: true }));
  globalThis.connected = globalThis.ask(
    () => (globalThis.peers.some((peer) => peer.connectionState === "connected") ? true : null),
    10_000,
  );
}

async function play({ path, token }) {
  const { WebRTCPlayer } = globalThis.Package;
  const player = new WebRTCPlayer({ video: globalThis.video, type: "whep", iceServers: [] });
  globalThis.player = player;
  // It sends this argument as the whole header.
  await player.load(new URL(location.origin + path), `Bearer ${token}`);
}
