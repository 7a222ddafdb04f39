// Other projects' WHIP and WHEP clients for browsers, through our own media server.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertPlays } from "../e2e/harness/picture.mjs";
import { useStage } from "../e2e/harness/stage.mjs";
import { openPage, publishedForGuest, seenInTheRoom } from "./guest.mjs";
import { have } from "./programs.mjs";

const { reason } = await have("npm");

/** How each WHIP client publishes in its page; both store `stop` there. */
const PUBLISHERS = {
  "@eyevinn/whip-web-client": async ({ url, token }) => {
    const options = { authkey: token, iceServers: [] };
    const client = new globalThis.Package.WHIPClient({ endpoint: url, opts: options });
    globalThis.stop = () => client.destroy();
    await client.ingest(await navigator.mediaDevices.getUserMedia({ video: true, audio: true }));
  },
  "whip-whep/whip.js": async ({ url, token }) => {
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    const media = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    for (const track of media.getTracks()) peer.addTransceiver(track, { direction: "sendonly" });
    const client = new globalThis.Package.WHIPClient();
    globalThis.stop = () => client.stop();
    await client.publish(peer, url, token);
  },
};

/** How each WHEP client plays into the page's video. */
const PLAYERS = {
  "@eyevinn/webrtc-player": async ({ url, token }) => {
    const { WebRTCPlayer } = globalThis.Package;
    const player = new WebRTCPlayer({ video: globalThis.video, type: "whep", iceServers: [] });
    // The client sends this argument as the whole header.
    await player.load(new URL(url), `Bearer ${token}`);
  },
  "whip-whep/whep.js": async ({ url, token }) => {
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    const media = new MediaStream();
    peer.ontrack = ({ track }) => {
      media.addTrack(track);
      globalThis.video.srcObject = media;
    };
    for (const kind of ["audio", "video"]) peer.addTransceiver(kind, { direction: "recvonly" });
    await new globalThis.Package.WHEPClient().view(peer, url, token);
  },
};

describe("clients of others in a browser", { skip: reason ?? false }, () => {
  const stage = useStage();

  for (const [name, publish] of Object.entries(PUBLISHERS)) {
    test(`bey_06 what ${name} publishes by WHIP is a stream of the room`, async () => {
      const { user, told } = await seenInTheRoom(stage, async (path, token) => {
        const page = await openPage(stage, name);
        await page.evaluate(publish, { url: stage.server.url + path, token });
        return () => page.evaluate(() => globalThis.stop());
      });
      assert.deepEqual(user, { userID: "cy", userName: "Cy by WHIP" });
      const changes = told.map(([, change, users]) => [change, users[0].userID]);
      assert.deepEqual(changes[0], ["ADD", "cy"], "a guest is a user of the room");
    });
  }

  for (const [name, play] of Object.entries(PLAYERS)) {
    test(`bey_06 ${name} plays a stream of the room by WHEP`, async () => {
      const { path, token } = await publishedForGuest(stage);
      const page = await openPage(stage, name);
      await page.evaluate(play, { url: stage.server.url + path, token });
      await assertPlays(page);
    });
  }
});
