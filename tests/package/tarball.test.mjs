// The files in the tarball, and how npm and TypeScript read them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { APPS, run } from "./ground.mjs";

const TARBALL = process.env.HOLDFAST_TARBALL ?? "target/npm/holdfast-rtc-0.1.0.tgz";
const manifest = JSON.parse(
  await readFile(join(APPS, "node_modules/holdfast-rtc/package.json"), "utf8"),
);

test("the tarball holds what package.json lists, and nothing else", async () => {
  const { stdout } = await promisify(execFile)("tar", ["-tzf", TARBALL]);
  const types = await readdir(new URL("../../pkg-template/types", import.meta.url));
  const listed = manifest.files.flatMap((name) =>
    name === "types" ? types.map((file) => `types/${file}`) : name,
  );
  const expected = [...listed, "README.md", "package.json"];
  assert.deepEqual(
    stdout.trim().split("\n").sort(),
    expected.map((file) => `package/${file}`).sort(),
  );
});

test("every entry's types come first, and all of its files are there", async () => {
  const entries = Object.entries(manifest.exports);
  assert.ok(entries.length >= 5);
  for (const [name, entry] of entries) {
    if (typeof entry === "string") continue;
    assert.deepEqual(Object.keys(entry), ["types", "default"], name);
    for (const file of Object.values(entry))
      assert.ok(manifest.files.includes(file.slice(2)), file);
  }
});

test("publint finds nothing", async () => {
  const printed = await run(
    ".",
    "node_modules/publint/src/cli.js",
    "--strict",
    "node_modules/holdfast-rtc",
  );
  assert.match(printed, /All good/);
});

test("are the types wrong? No", async () => {
  const attw = "node_modules/@arethetypeswrong/cli/dist/index.js";
  await run(".", attw, TARBALL, "--profile", "esm-only", "--no-emoji", "--no-color");
});
