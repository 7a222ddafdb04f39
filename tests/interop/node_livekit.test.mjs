// Publishing to a LiveKit server (Go) through its WHIP service. It has no WHEP, so LiveKit's own
// client watches. It is the only third-party server here that restarts ICE by PATCH.

import { join } from "node:path";
import { describe, test } from "node:test";
import { PATIENCE_MS } from "../e2e/harness/deadline.mjs";
import { assertPlays, watch } from "../e2e/harness/picture.mjs";
import { openPage } from "./guest.mjs";
import { livekitToken, watchLivekitRoom } from "./livekit_room.mjs";
import { Program } from "./program.mjs";
import { have } from "./programs.mjs";
import { CANNOT_RUN, requestsTo, stopPublishing, useNode } from "./scene.mjs";

/** The port of `livekit-server --dev`. */
const PORT = 7880;
const LIVEKIT_ROOM = "interop";

/** LiveKit fills a track that ends or is replaced with black frames 8 pixels wide. */
const FILLER_WIDTH = 8;

/** Waits for frames that are the publisher's. */
async function untilWholePictures(page) {
  const end_ms = Date.now() + PATIENCE_MS;
  for (;;) {
    const { picture } = await watch(page);
    if (picture.width > FILLER_WIDTH) return;
    if (Date.now() > end_ms) throw new Error("nothing but filler comes");
  }
}

const livekit = await have("livekit");
const clients = await have("npm");

describe("LiveKit as a node", { skip: livekit.reason ?? clients.reason ?? CANNOT_RUN }, () => {
  const origin = `http://127.0.0.1:${PORT}`;
  const binary = join(livekit.folder ?? "", "server");
  const program = new Program([binary, "--dev", "--bind", "127.0.0.1"], { port: PORT });
  const token = livekitToken(LIVEKIT_ROOM, "holdfast", { canPublish: true });
  const stage = useNode(program, {
    name: "livekit",
    whip: `${origin}/whip/v1?{stream}`,
    whep: `${origin}/whep/v1?{stream}`,
    auth: `{ bearer = "${token}" }`,
  });

  test("bey_06 a stream is published to LiveKit and watched by its own client", async () => {
    const room = stage.name("room");
    const id = stage.name("stream");
    const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
    const requests = requestsTo(ada, origin);
    await ada.publish(id);
    await ada.untilPublisher("PUBLISHING", id);
    await bo.untilStream("ADD", id);

    const page = await openPage(stage, "livekit-client");
    const watcher = livekitToken(LIVEKIT_ROOM, "watcher", { canSubscribe: true });
    await watchLivekitRoom(page, origin, watcher);
    await untilWholePictures(page).catch((fault) => {
      throw new Error(`${fault.message}\n${requests.seen.join("\n")}\n${program.log}`);
    });
    await assertPlays(page);

    await stopPublishing({ id, ada, bo });
    await requests.until(/^POST \/whip\/v1 201$/);
    await requests.until(/^DELETE \/whip\/v1\/\S+ 200$/);
  });
});
