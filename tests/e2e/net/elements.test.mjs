// The app's own elements that show a stream, after every media session has ended.

import assert from "node:assert/strict";
import { inBrowsers, scene } from "./stage.mjs";
import { caughtUp } from "./states.mjs";

/** Waits of up to 8 s between tries, a try of 8 s, and another 8 s for media. */
const RECOVERY_MS = 40_000;

inBrowsers(
  ["chromium", "firefox"],
  (kind) => {
    for (const options of [{}, { follow: true }, { video: false }, { audio: false }]) {
      scene(
        `play_06 elements started by play() go on through a restart: ${JSON.stringify(options)}`,
        (stage) => restart(stage, kind, options),
      );
    }
    scene("play_06 an element that shows one's own camera goes on with another", (stage) =>
      ownCamera(stage, kind),
    );
  },
  { concurrency: 2 },
);

async function restart(stage, kind, options) {
  const { ada, bo } = await stage.pair("room", { otherKind: kind });
  await ada.publish("stream");
  await bo.untilStream("ADD", "stream");
  await bo.play("stream", options);
  await bo.untilPlayer("PLAYING", "stream");
  const hasSound = options.audio !== false;
  await bo.page.evaluate(show, hasSound);
  await caughtUp(ada, bo);
  const since = bo.mark();
  await stage.server.kill();
  const back = [ada, bo].map((client) =>
    client.untilRoom("RECONNECTED", { since: client.mark(), deadline_ms: RECOVERY_MS }),
  );
  await bo.untilPlayer("PLAY_REQUESTING", "stream", { since, deadline_ms: RECOVERY_MS });
  const lost = bo.mark();
  await stage.server.start();
  await Promise.all(back);
  await bo.untilPlayer("PLAYING", "stream", { since: lost, deadline_ms: RECOVERY_MS });
  assert.deepEqual(await bo.page.evaluate(lookAtElements), [
    ["video", true],
    ["in a shadow", true],
    ...(hasSound ? [["detached audio", true]] : []),
    ["paused by its user", false],
  ]);
  const kinds = await bo.page.evaluate(() => globalThis.remote.getTracks().map(({ kind }) => kind));
  assert.deepEqual(
    kinds,
    ["audio", "video"].filter((name) => options[name] !== false),
    "no other track is left",
  );
  await bo.call("stopPlayingStream", "stream");
  await bo.untilPlayer("NO_PLAY", "stream", { since: lost });
  assert.equal(await bo.page.evaluate(() => globalThis.remote.active), false);
}

async function ownCamera(stage, kind) {
  const ada = await stage.client("ada", { kind });
  await ada.page.evaluate(async () => {
    globalThis.local = await globalThis.engine.createStream({ camera: { audio: false } });
    const video = document.body.appendChild(document.createElement("video"));
    video.srcObject = globalThis.local;
    await video.play();
    await globalThis.engine.useFrontCamera(globalThis.local, true);
    globalThis.elements = { video, last: new Audio() };
  });
  const [video] = await ada.page.evaluate(lookAtElements);
  assert.deepEqual(video, ["video", true]);
}

// The functions below run in the page.

/** Shows the stream in elements without `autoplay`, and resolves once all play. */
async function show(hasSound) {
  const video = document.body.appendChild(document.createElement("video"));
  const root = document.body.appendChild(document.createElement("div"));
  const shadowed = root
    .attachShadow({ mode: "closed" })
    .appendChild(document.createElement("video"));
  const paused = document.body.appendChild(document.createElement("video"));
  globalThis.elements = {
    video,
    "in a shadow": shadowed,
    ...(hasSound && { "detached audio": new Audio() }),
    "paused by its user": paused,
  };
  await Promise.all(
    Object.values(globalThis.elements).map((element) => {
      element.srcObject = globalThis.remote;
      return element.play();
    }),
  );
  paused.pause();
}

/** For each element, whether its time goes on. */
async function lookAtElements() {
  const all = Object.entries(globalThis.elements);
  const before = all.map(([, { currentTime }]) => currentTime);
  const goesOn = ([, element], place) => element.currentTime > before[place];
  const end_ms = performance.now() + 5000;
  while (!all.slice(0, -1).every(goesOn) && performance.now() < end_ms) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return all.map((pair, place) => [pair[0], goesOn(pair, place)]);
}
