// Publishing and playing through the real media server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlays, stats, watch } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("pub_02 play_01 a published stream is told of, plays with moving pictures, and ends", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");

  assert.equal(await ada.publish(id, { extraInfo: "on the deck" }), true);
  const publishing = await ada.untilPublisher("PUBLISHING", id);
  assert.deepEqual(states(ada, "publisherStateUpdate"), ["PUBLISH_REQUESTING", "PUBLISHING"]);
  assert.deepEqual(publishing.args, [
    { streamID: id, state: "PUBLISHING", errorCode: 0, extendedData: "" },
  ]);
  const added = await bo.untilStream("ADD", id);
  const user = { userID: "ada", userName: "ada by name" };
  assert.deepEqual(added.args[2], [{ streamID: id, user, extraInfo: "on the deck" }]);
  assert.equal(added.args[0], room);

  await bo.play(id);
  await bo.untilPlayer("PLAYING", id);
  assert.deepEqual(states(bo, "playerStateUpdate"), ["PLAY_REQUESTING", "PLAYING"]);
  await assertPlays(bo.page);
  await assertBothKindsArrive(bo);

  assert.equal(await ada.call("stopPublishingStream", id), true);
  const deleted = await bo.untilStream("DELETE", id);
  assert.deepEqual(reasons(deleted), [[id, 1]]);
  await ada.untilPublisher("NO_PUBLISH", id);
  assert.equal(ada.told("publisherStateUpdate").at(-1)[0].errorCode, 0);
  assert.equal(await liveTracks(ada), 2, "pub_06 the app's tracks stay its own");
  await ada.settle();
  assert.deepEqual(ada.told("roomStreamUpdate"), [], "one's own stream is not told of");
});

test("room_16 a stream's ID may be an e-mail address with a number", async () => {
  const room = stage.name("room");
  const id = `ann.b+1@x-1.io#=${stage.name("stream")}`;
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  await assertPlays(bo.page);
  await bo.call("stopPlayingStream", id);
  await ada.call("stopPublishingStream", id);
  await bo.untilStream("DELETE", id);
});

test("play_01 stopPlayingStream ends a player", async () => {
  const { id, ada, bo } = await stage.playing();
  await bo.call("stopPlayingStream", id);
  const stopped = await bo.untilPlayer("NO_PLAY", id);
  assert.equal(stopped.args[0].errorCode, 0);
  assert.deepEqual(await peerStates(bo), ["closed"]);
  // The publisher goes on, and the stream can be played again.
  await bo.play(id);
  await assertPlays(bo.page);
  assert.deepEqual(states(ada, "publisherStateUpdate"), ["PUBLISH_REQUESTING", "PUBLISHING"]);
});

test("play_07 a player that follows stops on DELETE and is back on ADD by itself", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id, { follow: true });
  await bo.untilPlayer("PLAYING", id);
  const since = bo.mark();
  await ada.call("stopPublishingStream", id);
  await bo.untilStream("DELETE", id);
  await bo.untilPlayer("NO_PLAY", id, { since });
  await ada.untilPublisher("NO_PUBLISH", id);
  await ada.publish(id);
  await bo.untilPlayer("PLAYING", id, { since });
  await assertPlays(bo.page);
  await bo.call("stopPlayingStream", id);
  await bo.settle();
  assert.equal(bo.told("playerStateUpdate").at(-1)[0].state, "NO_PLAY");
});

test("room_13 a logout while publishing deletes the stream and the user", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await ada.call("logoutRoom");
  assert.deepEqual(reasons(await bo.untilStream("DELETE", id)), [[id, 1]]);
  await bo.untilUser("DELETE", "ada");
  await ada.untilPublisher("NO_PUBLISH", id);
  await ada.untilRoom("LOGOUT");
  assert.deepEqual(await peerStates(ada), ["closed"]);
});

test("pub_03 a second publisher of a stream ID is refused, the first is undisturbed", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo, eve] = await stage.clientsIn(room, "ada", "bo", "eve");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  await assertPlays(bo.page);

  await eve.publish(id);
  const refused = await eve.untilPublisher("NO_PUBLISH", id);
  assert.equal(refused.args[0].errorCode, 1003028);
  await Promise.all([ada.settle(), bo.settle(), eve.settle()]);
  assert.deepEqual(states(eve, "publisherStateUpdate"), ["PUBLISH_REQUESTING", "NO_PUBLISH"]);
  assert.deepEqual(states(ada, "publisherStateUpdate"), ["PUBLISH_REQUESTING", "PUBLISHING"]);
  assert.deepEqual(states(bo, "playerStateUpdate"), ["PLAY_REQUESTING", "PLAYING"]);
  assert.equal(bo.told("roomStreamUpdate").length, 1);
  await assertPlays(bo.page);
});

for (const codec of ["VP8", "H264"]) {
  test(`a stream published as ${codec} is sent and played as ${codec}`, async () => {
    const { ada, bo } = await stage.playing({ videoCodec: codec });
    const [sent] = (await stats(ada.page, "outbound-rtp")).filter(({ kind }) => kind === "video");
    const [received] = (await stats(bo.page, "inbound-rtp")).filter(({ kind }) => kind === "video");
    assert.equal(sent.codec, `video/${codec}`);
    assert.equal(received.codec, `video/${codec}`);
  });
}

test("who comes late is told of the stream and sees it within 3 s; two players play it", async () => {
  const { room, id, bo } = await stage.playing();

  const [late] = await stage.clientsIn(room, "late");
  await late.untilStream("ADD", id);
  await late.play(id);
  await watch(late.page, "video", 1, 3000);
  await Promise.all([assertPlays(late.page), assertPlays(bo.page)]);
});

test("a stream of sound alone plays in a video element", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await ada.page.evaluate(async () => {
    globalThis.local = await globalThis.engine.createStream({ camera: { video: false } });
  });
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  await bo.untilPlayer("PLAYING", id);
  const kinds = await bo.page.evaluate(() => globalThis.remote.getTracks().map(({ kind }) => kind));
  assert.deepEqual(kinds, ["audio"], "only what is sent is in the stream");
  const before = await soundReceived(bo);
  await bo.page.evaluate(untilTimePasses);
  assert.ok((await soundReceived(bo)) > before, `${before} packets, and no more`);
});

test("a custom stream is published as it is", async () => {
  const room = stage.name("room");
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await ada.page.evaluate(async () => {
    const { engine } = globalThis;
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const context = canvas.getContext("2d");
    let hue = 0;
    setInterval(() => {
      hue += 7;
      for (let column = 0; column < 8; column += 1) {
        context.fillStyle = `hsl(${hue + 45 * column} 80% ${30 + 5 * column}%)`;
        context.fillRect(40 * column, 0, 40, 240);
      }
    }, 50);
    globalThis.local = await engine.createStream({ custom: { source: canvas.captureStream(20) } });
  });
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  await assertPlays(bo.page);
});

/** The states told so far by events of a name. */
function states(client, name) {
  return client.told(name).map(([update]) => update.state);
}

function reasons(deleted) {
  const { stream_delete_reason: list } = JSON.parse(deleted.args[3]);
  assert.ok(list.every(({ description }) => description.length > 0));
  return list.map(({ stream_id, code }) => [stream_id, code]);
}

function peerStates(client) {
  return client.page.evaluate(() => globalThis.peers.map((peer) => peer.connectionState));
}

function liveTracks(client) {
  return client.page.evaluate(
    () => globalThis.local.getTracks().filter((track) => track.readyState === "live").length,
  );
}

/** Audio packets so far. */
async function soundReceived(client) {
  const inbound = await stats(client.page, "inbound-rtp");
  return inbound.find(({ kind }) => kind === "audio")?.packetsReceived ?? 0;
}

/** In the page: until the video element has played another half second. */
function untilTimePasses() {
  const { video } = globalThis;
  const start_s = video.currentTime;
  return new Promise((resolve, reject) => {
    const describe = () => `ready ${video.readyState}, at ${video.currentTime} s from ${start_s} s`;
    setTimeout(() => reject(new Error(describe())), 10_000);
    video.addEventListener("timeupdate", () => {
      if (video.currentTime > start_s + 0.5) resolve();
    });
  });
}

async function assertBothKindsArrive(client) {
  const inbound = await stats(client.page, "inbound-rtp");
  assert.deepEqual(inbound.map(({ kind }) => kind).sort(), ["audio", "video"]);
  for (const { kind, packetsReceived } of inbound) assert.ok(packetsReceived > 0, `no ${kind}`);
  const video = inbound.find(({ kind }) => kind === "video");
  assert.ok(video.framesDecoded > 0);
}
