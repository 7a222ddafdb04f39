// The same brain repeats natively what `holdfast-rtc/dev` records in Chromium.
//
// With HOLDFAST_UPDATE_TRACES=1 the recording becomes `tests/traces/reconnect.jsonl`, which the
// native tests replay.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { useStage } from "./harness/stage.mjs";

const REPLAYER = process.env.HOLDFAST_REPLAYER ?? "target/debug/examples/replay";
const FIXTURE = fileURLToPath(new URL("../traces/reconnect.jsonl", import.meta.url));
const RECOVERY_MS = 40_000;

const stage = useStage({ entry: "dev.js" });

test("bey_07 a reconnect recorded in Chromium replays with identical outputs", async () => {
  const [ada] = await stage.clientsIn("recorded", "ada");
  await ada.publish("own");
  await ada.untilPublisher("PUBLISHING", "own");
  await ada.play("own");
  const since = ada.mark();
  await stage.server.kill();
  await ada.untilRoom("RECONNECTING", { since });
  await stage.server.start();
  const options = { since, deadline_ms: RECOVERY_MS };
  await Promise.all([
    ada.untilRoom("RECONNECTED", options),
    ada.untilPublisher("PUBLISHING", "own", options),
    ada.untilPlayer("PLAYING", "own", options),
  ]);
  await ada.call("logoutRoom");
  await ada.untilRoom("LOGOUT", { since });

  const trace = await ada.call("simulate", "trace");
  const lines = trace.trim().split("\n");
  assert.ok("seed" in JSON.parse(lines[0]), lines[0]);
  const replayed = await replay(trace);
  const outputs = lines.filter((line) => line.startsWith('{"output"')).length;
  assert.match(replayed, new RegExp(`${outputs} outputs, all as recorded`));
  const changed = trace.replace('"Reconnected"', '"Logined"');
  await assert.rejects(replay(changed), /the brain said/, "the replayer can tell");
  if (process.env.HOLDFAST_UPDATE_TRACES) await writeFile(FIXTURE, trace);
});

async function replay(trace) {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-trace-"));
  try {
    const file = join(folder, "trace.jsonl");
    await writeFile(file, trace);
    return (await promisify(execFile)(REPLAYER, [file])).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}
