// Rigs leave nothing behind: no namespace, no program, no file, however their program ends.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "./command.mjs";
import { isAlive } from "./processes.mjs";
import { Rig } from "./rig.mjs";
import { whyNoRigs } from "./topology.mjs";
import { until } from "./until.mjs";

const DOOMED = fileURLToPath(new URL("doomed.mjs", import.meta.url));
const CLEAN_MS = 10_000;

const noRigs = await whyNoRigs();
if (noRigs) test("rigs leave nothing behind", { skip: noRigs }, () => {});
else describe("rigs", rigs);

function rigs() {
  test("several in a row and at once leave nothing behind", async () => {
    for (let i = 0; i < 3; i += 1) {
      const pair = await Promise.all([Rig.open(), Rig.open()]);
      assert.ok((await namespaces()).length >= 8);
      const [one, other] = pair;
      await one.linkDown("client");
      assert.ok(await other.probe("wifi0"), "one's faults are not the other's");
      const emulators = pair.map((rig) => rig.emulatorPid);
      const folders = pair.map((rig) => rig.namespaces.folder);
      await Promise.all(pair.map((rig) => rig.close()));
      assert.deepEqual(await namespaces(), []);
      assert.ok(!emulators.some(isAlive));
      assert.ok(!folders.some((folder) => existsSync(folder)));
    }
  });

  test("what a killed program leaves, its guard removes", async () => {
    const { doomed, names, pids, folder } = await doom();
    assert.ok(pids.length > 8 && pids.every(isAlive), `${pids}`);
    doomed.kill("SIGKILL");
    await untilClean({ names, pids, folder });
  });

  test("what the guard could not remove, the next rig removes", async () => {
    const { doomed, names, pids, folder, guardPid } = await doom();
    process.kill(guardPid, "SIGKILL");
    doomed.kill("SIGKILL");
    await once(doomed, "exit");
    assert.ok((await run("ip", ["netns", "list"])).includes(names[0]));
    await (await Rig.open()).close();
    await untilClean({ names, pids, folder });
  });
}

async function doom() {
  const doomed = spawn(process.execPath, [DOOMED], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: doomed.stdout }), "line");
  return { doomed, ...JSON.parse(line) };
}

function untilClean({ names, pids, folder }) {
  const left = async () => {
    const list = (await run("ip", ["netns", "list"])).split(/\s+/);
    return {
      namespaces: names.filter((name) => list.includes(name)),
      programs: pids.filter(isAlive),
      folder: existsSync(folder),
    };
  };
  const isClean = async () => {
    const { namespaces, programs, folder } = await left();
    return namespaces.length + programs.length === 0 && !folder;
  };
  return until(async () => JSON.stringify(await left()), isClean, CLEAN_MS);
}

/** Those that belong to this program's rigs. */
async function namespaces() {
  const list = await run("ip", ["netns", "list"]);
  return list.split("\n").filter((line) => line.startsWith(`holdfast-rig-${process.pid}-`));
}
