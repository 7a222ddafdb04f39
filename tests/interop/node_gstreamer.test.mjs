// A room's video through GStreamer (gst-plugins-rs): whipserversrc receives it, whepserversink
// sends it. GStreamer does not support CORS, so a proxy stands before it. Video only: with audio
// too, the receiving end of the GStreamer 1.22 used here ends at once.

import { join } from "node:path";
import { after, describe, test } from "node:test";
import { startProxy } from "./cors_proxy.mjs";
import { freePort, Program } from "./program.mjs";
import { have } from "./programs.mjs";
import { CANNOT_RUN, publishAndPlay, stopPublishing, useNode } from "./scene.mjs";

const { folder, reason } = await have("gstreamer");

describe("GStreamer as a node", { skip: reason ?? CANNOT_RUN }, async () => {
  const [port, whepPort] = [await freePort(), await freePort()];
  const [whip, whep] = [await startProxy(port), await startProxy(whepPort)];
  const pipeline = `
    whipserversrc name=source signaller::host-addr=http://127.0.0.1:${port} queue name=video !
    videoconvert ! queue ! whepserversink signaller::host-addr=http://127.0.0.1:${whepPort}`;
  const program = new Program([join(folder ?? "", "build/debug/interop-gst"), pipeline], { port });
  const stage = useNode(program, {
    name: "gstreamer",
    whip: `${whip.origin}/whip/endpoint?{stream}`,
    whep: `${whep.origin}/whep/endpoint?{stream}`,
    auth: '"none"',
  });
  after(() => {
    whip.stop();
    whep.stop();
  });

  test("bey_06 a video is published to and played from GStreamer", async () => {
    await stopPublishing(await publishAndPlay(stage, {}, { audio: false }));
  });
});
