// Muting published streams, as the others see it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

/** Waits until a user is told of a stream's camera or microphone. */
const untilStatus = (client, device, id, state, since = 0) =>
  client.until(`remote${device}StatusUpdate`, (...told) => `${told}` === `${[id, state]}`, {
    since,
    deadline_ms: 40_000,
  });

const enabled = (client) =>
  client.page.evaluate(() =>
    globalThis.local
      .getTracks()
      .map(({ kind, enabled, readyState }) => [kind, enabled, readyState]),
  );

test("pub_08 mutes are seen at the far side, by who comes late, and after the server's restart", async () => {
  const { room, id, ada, bo } = await stage.playing();
  assert.deepEqual(bo.told("remoteCameraStatusUpdate"), []);
  assert.equal(await ada.call("mutePublishStreamVideo", { $: "local" }, true), true);
  await untilStatus(bo, "Camera", id, "MUTE");
  assert.deepEqual(await enabled(ada), [
    ["audio", true, "live"],
    ["video", false, "live"],
  ]);

  const [late] = await stage.clientsIn(room, "late");
  const muted = await untilStatus(late, "Camera", id, "MUTE");
  const added = await late.untilStream("ADD", id);
  assert.ok(late.events.indexOf(added) < late.events.indexOf(muted), "after its ADD");
  assert.deepEqual(late.told("remoteMicStatusUpdate"), [], "what is open is not told");

  // A change without a link is told on the next link, to a server that has forgotten everything.
  const since = { ada: ada.mark(), bo: bo.mark() };
  await stage.server.kill();
  await ada.untilRoom("RECONNECTING", { since: since.ada });
  await bo.untilRoom("RECONNECTING", { since: since.bo });
  await ada.call("mutePublishStreamAudio", { $: "local" }, true);
  await stage.server.start();
  await untilStatus(bo, "Mic", id, "MUTE", since.bo);
  await bo.untilPlayer("PLAYING", id, { since: since.bo, deadline_ms: 40_000 });
  const known = bo.events.map(({ name, args }) => [name, ...args]).filter(isOf("Camera", id));
  assert.equal(known.at(-1)[2], "MUTE", "the camera's mute stands");

  await ada.call("mutePublishStreamAudio", { $: "local" }, false);
  await untilStatus(bo, "Mic", id, "OPEN", since.bo);
  const again = bo.mark();
  await ada.call("mutePublishStreamVideo", { $: "local" }, false);
  await untilStatus(bo, "Camera", id, "OPEN", again);
});

test("pub_08 the microphone's mute holds for all streams, those published later too", async () => {
  const { id, ada, bo } = await stage.playing();
  assert.equal(await ada.call("isMicrophoneMuted"), false);
  assert.equal(await ada.call("muteMicrophone", true), true);
  assert.equal(await ada.call("isMicrophoneMuted"), true);
  await untilStatus(bo, "Mic", id, "MUTE");
  const other = stage.name("stream");
  await ada.page.evaluate(async () => {
    globalThis.other = await globalThis.engine.createStream({ camera: { video: false } });
  });
  await ada.call("startPublishingStream", other, { $: "other" });
  await untilStatus(bo, "Mic", other, "MUTE");
  await ada.call("muteMicrophone", false);
  await Promise.all([untilStatus(bo, "Mic", id, "OPEN"), untilStatus(bo, "Mic", other, "OPEN")]);
  // A stream that was muted on its own stays muted.
  const muted = bo.mark();
  await ada.call("mutePublishStreamAudio", { $: "other" }, true);
  await ada.call("muteMicrophone", true);
  await Promise.all([id, other].map((one) => untilStatus(bo, "Mic", one, "MUTE", muted)));
  const since = bo.mark();
  await ada.call("muteMicrophone", false);
  await untilStatus(bo, "Mic", id, "OPEN", since);
  await bo.settle();
  assert.ok(!bo.told("remoteMicStatusUpdate", since).some(([streamID]) => streamID === other));
});

test("a mute of something else is refused", async () => {
  const [ada] = await stage.clientsIn(stage.name("room"), "ada");
  const { error } = await ada.attempt("mutePublishStreamAudio", "ada-camera", true);
  assert.deepEqual([error.how, error.code], ["thrown", 1100001]);
});

const isOf =
  (device, id) =>
  ([name, streamID]) =>
    name === `remote${device}StatusUpdate` && streamID === id;
