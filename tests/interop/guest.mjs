// Users of a room whose clients speak only WHIP or WHEP.

import { assertPlays } from "../e2e/harness/picture.mjs";
import { bundle } from "./bundle.mjs";

/** A token for one stream and direction: `{ room, user, name, stream, direction }`. */
export async function streamToken(server, request) {
  const response = await fetch(`http://127.0.0.1:${server.port}/dev/stream-token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status} ${await response.text()}`);
  return (await response.json()).token;
}

/** A page from the server with a package of npm/ as the global `Package`, and a video. */
export async function openPage(stage, name) {
  // The server's CSP allows only the server's own scripts.
  const page = await (await stage.context({ bypassCSP: true })).newPage();
  await page.goto(`${stage.server.url}/health`);
  await page.addScriptTag({ content: await bundle(name, "Package") });
  await page.evaluate(() => {
    const video = document.createElement("video");
    Object.assign(video, { autoplay: true, muted: true, playsInline: true });
    document.body.append(video);
    globalThis.video = video;
  });
  return page;
}

/** Cy publishes as a guest; Bo, who uses the SDK, is told of the stream and sees it. */
export async function seenInTheRoom(stage, publish) {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [bo] = await stage.clientsIn(room, "bo");
  const guest = { room, user: "cy", name: "Cy by WHIP", stream: id, direction: "publish" };
  const stop = await publish(`/whip/${id}`, await streamToken(stage.server, guest));
  const added = await bo.untilStream("ADD", id);
  await bo.play(id);
  await bo.untilPlayer("PLAYING", id);
  await assertPlays(bo.page);
  await stop();
  await bo.untilStream("DELETE", id);
  return { user: added.args[2][0].user, told: bo.told("roomUserUpdate") };
}

/** Ada, who uses the SDK, publishes; returns the address and the token with which Cy can play. */
export async function publishedForGuest(stage) {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada] = await stage.clientsIn(room, "ada");
  await ada.publish(id);
  await ada.untilPublisher("PUBLISHING", id);
  const guest = { room, user: "cy", stream: id, direction: "play" };
  return { path: `/whep/${id}`, token: await streamToken(stage.server, guest) };
}
