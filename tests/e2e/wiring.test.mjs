// What a stream's connections carry, in the first session and in those that replace it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlays } from "./harness/picture.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

/** Jitter of up to 8 s between tries, and 8 s for a media session. */
const RECOVERY_MS = 40_000;

test("presets and bitrates limit what is sent, and a session that replaces another keeps to them", async () => {
  const id = stage.name("stream");
  const [ada] = await stage.clientsIn(stage.name("room"), "ada");
  await ada.page.evaluate(async () => {
    const camera = { videoQuality: 1, audioBitrate: 20 };
    globalThis.local = await globalThis.engine.createStream({ camera });
  });
  await ada.publish(id);
  await ada.untilPublisher("PUBLISHING", id);
  assert.deepEqual(await limits(ada), { audio: 20_000, video: 300_000 });
  await ada.call("setVideoConfig", { $: "local" }, { maxBitrate: 150 });
  assert.deepEqual(await limits(ada), { audio: 20_000, video: 150_000 });
  await afterRestart(() => ada.untilPublisher("PUBLISHING", id, later(ada)));
  assert.deepEqual(await limits(ada), { audio: 20_000, video: 150_000 });
  for (const [config, video] of [
    [{ frameRate: 10 }, 150_000],
    [{ videoQuality: 2 }, 800_000],
    [{ width: 320, height: 240 }, undefined],
  ]) {
    await ada.call("setVideoConfig", { $: "local" }, config);
    assert.equal((await limits(ada)).video, video, JSON.stringify(config));
  }
});

test("what sets no limit leaves it to the browser", async () => {
  const [ada] = await stage.clientsIn(stage.name("room"), "ada");
  const sources = [
    [{ camera: { videoQuality: 4 } }, {}],
    [{ camera: { width: 320 } }, {}],
    [{ camera: { width: 320, bitrate: 200 } }, { video: 200_000 }],
    [{ camera: {} }, { video: 800_000 }],
  ];
  for (const [source, expected] of sources) {
    const id = stage.name("stream");
    await ada.page.evaluate(async (options) => {
      globalThis.local = await globalThis.engine.createStream(options);
    }, source);
    await ada.publish(id);
    await ada.untilPublisher("PUBLISHING", id);
    assert.deepEqual(await limits(ada), expected, JSON.stringify(source));
    await ada.call("stopPublishingStream", id);
  }
});

test("a ZegoLocalStream has its bitrates from createZegoStream", async () => {
  const [ada] = await stage.clientsIn(stage.name("room"), "ada");
  for (const videoBitrate of [250, { bitrate: 250 }]) {
    const id = stage.name("stream");
    await ada.page.evaluate(
      async (options) => {
        globalThis.local = await globalThis.engine.createZegoStream(options);
      },
      { videoBitrate, audioBitrate: 40 },
    );
    await ada.publish(id);
    await ada.untilPublisher("PUBLISHING", id);
    assert.deepEqual(await limits(ada), { audio: 40_000, video: 250_000 });
  }
});

test("a bitrate that is none is refused, and nothing is captured", async () => {
  const ada = await stage.client("ada");
  for (const bitrate of [0, -1, "800", Number.POSITIVE_INFINITY, Number.NaN, null, true, {}]) {
    const refused = await ada.attempt("createStream", { camera: { audioBitrate: bitrate } });
    assert.equal(refused.error?.code, 1100001, String(bitrate));
  }
});

test("play_01 only the kinds that are wanted are played", async () => {
  const { id, bo } = await stage.playing();
  await bo.call("stopPlayingStream", id);
  for (const kind of ["audio", "video"]) {
    const kinds = await bo.page.evaluate(
      async ([streamID, other]) => {
        const options = { [other]: false };
        const stream = await globalThis.engine.startPlayingStream(streamID, options);
        globalThis.engine.stopPlayingStream(streamID);
        return stream.getTracks().map((track) => track.kind);
      },
      [id, kind === "audio" ? "video" : "audio"],
    );
    assert.deepEqual(kinds, [kind]);
  }
  const none = await bo.attempt("startPlayingStream", id, { audio: false, video: false });
  assert.equal(none.error?.code, 1100001);
});

test("play_06 the tracks that take the place of others are told, in the app's one stream", async () => {
  const id = stage.name("stream");
  const [ada, bo] = await stage.clientsIn(stage.name("room"), "ada", "bo");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.page.evaluate(() => {
    globalThis.told = [];
    for (const kind of ["Video", "Audio"]) {
      globalThis.engine.on(`player${kind}TrackUpdate`, (...args) => globalThis.told.push(args));
    }
  });
  await bo.play(id);
  assert.deepEqual(await toldTracks(bo), [
    [id, "audio", true],
    [id, "video", true],
  ]);
  await afterRestart(() => bo.untilPlayer("PLAYING", id, later(bo)));
  const told = await toldTracks(bo);
  assert.deepEqual(told.slice(-2), [
    [id, "audio", true],
    [id, "video", true],
  ]);
  assert.ok(
    told.slice(0, -2).every(([, , isThere]) => !isThere),
    JSON.stringify(told),
  );
  await assertPlays(bo.page);
});

/** The bitrate limits of the senders of the page's newest connection, by kind; unlimited kinds left out. */
function limits(client) {
  return client.page.evaluate(() => {
    const most = globalThis.peers
      .at(-1)
      .getSenders()
      .flatMap((sender) => {
        const [{ maxBitrate } = {}] = sender.getParameters().encodings;
        return maxBitrate ? [[sender.track.kind, maxBitrate]] : [];
      });
    return Object.fromEntries(most.sort());
  });
}

/** Options for an event after now, with a deadline that allows a recovery. */
function later(client) {
  return { since: client.mark(), deadline_ms: RECOVERY_MS };
}

/** Kills and starts the server while the wait is pending. */
async function afterRestart(wait) {
  const back = wait();
  await stage.server.kill();
  await stage.server.start();
  await back;
}

/** `[streamID, kind, whether the stream has it now]` of each track told so far, audio first. */
async function toldTracks(client) {
  await client.settle();
  return client.page.evaluate(() =>
    globalThis.told
      .map(([streamID, track]) => [
        streamID,
        track.kind,
        globalThis.remote.getTracks().includes(track),
      ])
      .sort((one, other) => one[2] - other[2] || (one[1] < other[1] ? -1 : 1)),
  );
}
