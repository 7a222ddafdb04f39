// livekit-client with LiveKit's own server, used as its README shows: a complete alternative.
// system of another make.

import { livekitToken } from "../../../interop/livekit_room.mjs";
import { have } from "../../../interop/programs.mjs";
import { SECURE_NAME } from "../rig_server.mjs";
import { BenchPage } from "./page.mjs";
import { Pair } from "./pair.mjs";
import { scriptOf } from "./script.mjs";

export const livekit = {
  name: "livekit-client",
  cuts: ["publisher", "player"],
  hasRow: () => true,
  whyNot: async () => (await have("npm")).reason ?? (await have("livekit")).reason ?? null,
  openPair: async (ground, cut) => {
    const script = await scriptOf("livekit-client");
    return new LivekitPair(ground, cut, [
      await BenchPage.open(ground, "client", script),
      await BenchPage.open(ground, "second", script),
    ]);
  },
};

class LivekitPair extends Pair {
  linked = ["publisher", "player"];

  get server() {
    return "livekit";
  }

  async begin({ withMedia }) {
    await this.renew();
    const url = this.ground.servers.livekit.urlFor(SECURE_NAME);
    const room = this.ground.name("room");
    for (const side of ["player", "publisher"]) {
      const token = livekitToken(room, this.ground.name(side), {
        canPublish: true,
        canSubscribe: true,
      });
      await this[side].run(join, { url, token });
    }
    if (withMedia) await this.publisher.run(publish);
  }
}

// The functions below run in the page.

async function join({ url, token }) {
  const { Room, RoomEvent } = globalThis.Package;
  const room = new Room();
  globalThis.room = room;
  const words = {
    [RoomEvent.SignalReconnecting]: "lost",
    [RoomEvent.Reconnecting]: "lost",
    [RoomEvent.Reconnected]: "back",
    [RoomEvent.Disconnected]: "ended",
  };
  for (const [event, word] of Object.entries(words)) room.on(event, () => globalThis.tell(word));
  room.on(RoomEvent.TrackSubscribed, (track) => {
    if (track.kind === "video") track.attach(globalThis.video);
  });
  await room.connect(url, token);
}

async function publish() {
  const { localParticipant } = globalThis.room;
  const resolution = { width: 640, height: 480, frameRate: 20 };
  await localParticipant.setMicrophoneEnabled(true);
  await localParticipant.setCameraEnabled(true, { resolution });
}
